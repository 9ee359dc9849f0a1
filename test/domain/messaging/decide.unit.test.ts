import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decideAfterCall,
  decideExpired,
  LEASE_SECONDS,
  MAX_ATTEMPTS,
  PROVIDER_TIMEOUT_SECONDS,
} from "../../../src/domain/messaging/decide.ts";
import { canMoveTo, DELIVERY_STATUSES } from "../../../src/domain/messaging/delivery-status.ts";
import type { SendOutcome } from "../../../src/gateways/message-sender.ts";

const NOW = new Date("2026-11-24T10:00:00.000Z");

const error = { code: fc.string(), detail: fc.string() };
const outcomes: fc.Arbitrary<SendOutcome> = fc.oneof(
  fc.record({ kind: fc.constant("accepted" as const), providerMessageId: fc.string() }),
  fc.record({ kind: fc.constant("rejected" as const), ...error }),
  fc.record({
    kind: fc.constant("throttled" as const),
    retryAfterSeconds: fc.integer({ min: 1, max: 3600 }),
  }),
  fc.record({
    kind: fc.constant("blocked" as const),
    scope: fc.constantFrom("sender" as const, "account" as const),
    ...error,
  }),
  fc.record({
    kind: fc.constant("unknown" as const),
    cause: fc.constantFrom("timeout" as const, "connection_lost" as const, "provider_failed" as const),
    detail: fc.string(),
  }),
);
const attemptsMade = fc.integer({ min: 1, max: MAX_ATTEMPTS + 3 });

function secondsAway(dueAt: string | null): number {
  return (Date.parse(dueAt ?? "") - NOW.getTime()) / 1000;
}

test("a lease outlives the longest call three times over", () => {
  expect(LEASE_SECONDS).toBeGreaterThanOrEqual(3 * PROVIDER_TIMEOUT_SECONDS);
});

describe("after any call", () => {
  test("a delivery moves forward, or goes back only when the provider did provably nothing", () => {
    fc.assert(
      fc.property(outcomes, attemptsMade, (outcome, attempts) => {
        const { status } = decideAfterCall(outcome, attempts, NOW);
        const undone = status === "queued" && (outcome.kind === "throttled" || outcome.kind === "blocked");
        expect(undone || canMoveTo("calling", status)).toBe(true);
      }),
    );
  });

  test("what goes back has its time, within an hour; what does not is left alone", () => {
    fc.assert(
      fc.property(outcomes, attemptsMade, (outcome, attempts) => {
        const { status, dueAt } = decideAfterCall(outcome, attempts, NOW);
        if (status !== "queued") {
          expect(dueAt).toBeNull();
          return;
        }
        expect(attempts).toBeLessThan(MAX_ATTEMPTS);
        expect(secondsAway(dueAt)).toBeGreaterThanOrEqual(1);
        expect(secondsAway(dueAt)).toBeLessThanOrEqual(3600);
      }),
    );
  });

  test("only what was sent has no error", () => {
    fc.assert(
      fc.property(outcomes, attemptsMade, (outcome, attempts) => {
        const decision = decideAfterCall(outcome, attempts, NOW);
        expect(decision.error === null).toBe(decision.status === "sent");
      }),
    );
  });

  test("an unknown outcome is never tried again, whatever the number of attempts", () => {
    fc.assert(
      fc.property(attemptsMade, (attempts) => {
        expect(decideAfterCall({ kind: "unknown", cause: "timeout", detail: "" }, attempts, NOW)).toEqual({
          status: "unknown",
          dueAt: null,
          error: { code: "timeout", detail: "" },
        });
      }),
    );
  });
});

describe("after a definite answer", () => {
  test("accepted is sent", () => {
    const outcome = { kind: "accepted", providerMessageId: "3EB0" } as const;
    expect(decideAfterCall(outcome, 1, NOW)).toEqual({ status: "sent", dueAt: null, error: null });
  });

  test("rejected fails with the provider's words", () => {
    const outcome = { kind: "rejected", code: "provider_rejected", detail: "нет WhatsApp" } as const;
    expect(decideAfterCall(outcome, 1, NOW)).toEqual({
      status: "failed",
      dueAt: null,
      error: { code: "provider_rejected", detail: "нет WhatsApp" },
    });
  });

  test("throttled waits as long as it was told, and longer each time when told too little", () => {
    const waits = (retryAfterSeconds: number) =>
      [1, 2, 3, 4].map((n) =>
        secondsAway(decideAfterCall({ kind: "throttled", retryAfterSeconds }, n, NOW).dueAt),
      );
    expect(waits(1)).toEqual([5, 10, 20, 40]);
    expect(waits(30)).toEqual([30, 30, 30, 40]);
  });

  test("throttled to the last attempt fails and says so", () => {
    expect(decideAfterCall({ kind: "throttled", retryAfterSeconds: 1 }, MAX_ATTEMPTS, NOW)).toEqual({
      status: "failed",
      dueAt: null,
      error: { code: "provider_throttled", detail: "" },
    });
  });

  test("blocked pauses the sender and keeps the message", () => {
    const reason = { scope: "sender", code: "sender_unpaid", detail: "Profile is not paid" } as const;
    expect(decideAfterCall({ kind: "blocked", ...reason }, 1, NOW)).toEqual({
      status: "queued",
      dueAt: "2026-11-24T10:01:00.000Z",
      error: { code: "sender_unpaid", detail: "Profile is not paid" },
      pauseSender: reason,
    });
    expect(decideAfterCall({ kind: "blocked", ...reason }, MAX_ATTEMPTS, NOW)).toMatchObject({
      status: "failed",
      pauseSender: reason,
    });
  });
});

describe("when a lease runs out", () => {
  test("a claim that was not called goes back at once", () => {
    expect(decideExpired("queued", NOW)).toEqual({ status: "queued", dueAt: NOW.toISOString(), error: null });
  });

  test("a call is unknown and stays so", () => {
    expect(decideExpired("calling", NOW)).toEqual({
      status: "unknown",
      dueAt: null,
      error: { code: "call_interrupted", detail: "" },
    });
  });

  test("anything else had none", () => {
    const others = DELIVERY_STATUSES.filter((status) => status !== "queued" && status !== "calling");
    for (const status of others) expect(decideExpired(status, NOW)).toBeUndefined();
  });
});
