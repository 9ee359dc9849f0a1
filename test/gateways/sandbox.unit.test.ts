import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideAfterCall } from "../../src/domain/messaging/decide.ts";
import { PROVIDERS } from "../../src/gateways/providers.ts";

const NOW = new Date("2026-11-24T10:00:00.000Z");
const sender = PROVIDERS.sandbox.create({}, { fetch, baseUrl: "", clock: { now: () => NOW } });

function send(body: string, reference = "d-1") {
  return sender.send({ reference, to: "+79115576362", body, signal: new AbortController().signal });
}

describe("the sandbox", () => {
  test("accepts anything under an id made of the reference", async () => {
    expect(await send("Здравствуйте")).toEqual({ kind: "accepted", providerMessageId: "sandbox-d-1" });
    expect(await send("", "d-2")).toEqual({ kind: "accepted", providerMessageId: "sandbox-d-2" });
    expect(await send("as in [sandbox:reject]")).toMatchObject({ kind: "accepted" });
    expect(await send("[sandbox:other] hello")).toMatchObject({ kind: "accepted" });
  });

  test.each([
    ["reject", "rejected", "failed"],
    ["throttle", "throttled", "queued"],
    ["block", "blocked", "queued"],
    ["unknown", "unknown", "unknown"],
  ])("a body that begins with [sandbox:%s] is %s and leaves the delivery %s", async (word, kind, status) => {
    const outcome = await send(`[sandbox:${word}] hello`);
    expect(outcome.kind).toBe(kind);
    expect(decideAfterCall(outcome, 1, NOW).status).toBe(status);
  });
});

describe("its webhook", () => {
  const parse = (body: unknown) => sender.parseWebhook({ headers: new Headers(), body });

  test.each(["sent", "delivered", "read"])("reports %s", (status) => {
    expect(parse({ message_id: "sandbox-d-1", status })).toEqual([
      {
        eventKey: `sandbox-d-1:${status}`,
        providerMessageId: "sandbox-d-1",
        status,
        occurredAt: NOW.toISOString(),
      },
    ]);
  });

  test("reports a failure with a reason", () => {
    expect(parse({ message_id: "sandbox-d-1", status: "failed" })).toMatchObject([
      { status: "failed", error: { code: "undelivered" } },
    ]);
  });

  test("takes nothing else, and never throws", () => {
    for (const body of [{}, { message_id: "a" }, { status: "read" }, { message_id: "a", status: "lost" }]) {
      expect(parse(body)).toEqual([]);
    }
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (anything) => {
        expect(parse(anything)).toEqual([]);
      }),
    );
  });
});
