import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MessageSender, SendOutcome } from "../../src/gateways/message-sender.ts";
import { PROVIDERS } from "../../src/gateways/providers.ts";
import { answerWith, type Behaviour, behaviours, reject, throttle } from "../support/wappi-behaviours.ts";
import { startWappiStandIn, type WappiStandIn } from "../support/wappi-stand-in.ts";

const TOKEN = "token-that-must-not-leak";
const PROFILE = "71ad40e9-b023";
const NOW = new Date("2026-11-24T10:00:00.000Z");
const clock = { now: () => NOW };

let wappi: WappiStandIn;
let sender: MessageSender;

beforeAll(async () => {
  wappi = await startWappiStandIn({ token: TOKEN, profileId: PROFILE });
  sender = senderWith({});
});

afterAll(() => wappi.close());

function senderWith(changes: { token?: string; profile_id?: string; baseUrl?: string }): MessageSender {
  const { token = TOKEN, profile_id = PROFILE, baseUrl = wappi.url } = changes;
  return PROVIDERS.wappi.create({ token, profile_id }, { fetch, baseUrl, clock });
}

function send(from = sender, to = "+79115576362", body = "Здравствуйте 👋"): Promise<SendOutcome> {
  return from.send({ reference: "d-1", to, body, signal: new AbortController().signal });
}

/** Sends once, the stand-in behaving as told; also how many messages went out. */
async function sendTo(behaviour: Behaviour): Promise<{ outcome: SendOutcome; wentOut: number }> {
  const before = wappi.messages.length;
  wappi.next(behaviour);
  const outcome = await send();
  return { outcome, wentOut: wappi.messages.length - before };
}

describe("a send", () => {
  test("is the documented request", async () => {
    await send();
    expect(wappi.calls.at(-1)).toMatchObject({
      method: "POST",
      path: "/api/sync/message/send",
      query: { profile_id: PROFILE },
      headers: { authorization: TOKEN, "content-type": "application/json" },
      body: { recipient: "79115576362", body: "Здравствуйте 👋" },
    });
  });

  test("that is done is accepted, with the ids that webhooks will use", async () => {
    const outcome = await send();
    const message = wappi.messages.at(-1);
    expect(message).toMatchObject({ recipient: "79115576362", body: "Здравствуйте 👋" });
    expect(outcome).toEqual({ kind: "accepted", providerMessageId: message?.id, taskId: message?.taskId });
  });

  test("to what is no number in E.164 is rejected without a call", async () => {
    for (const to of [
      "",
      "79115576362",
      "+0115576362",
      "+7911557636a",
      "+123456",
      "+7911 557 63 62",
      "+1234567890123456",
    ]) {
      const before = wappi.calls.length;
      expect(await send(sender, to)).toEqual({ kind: "rejected", code: "invalid_recipient", detail: "" });
      expect(wappi.calls.length).toBe(before);
    }
  });

  test("goes to the base URL with or without a slash at its end", async () => {
    expect(await send(senderWith({ baseUrl: `${wappi.url}/` }))).toMatchObject({ kind: "accepted" });
  });

  test("waits for a slow answer", async () => {
    const calls = wappi.calls.length;
    wappi.next(behaviours.slow);
    const sending = send();
    await wappi.received(calls + 1);
    wappi.release();
    expect(await sending).toMatchObject({ kind: "accepted" });
  });
});

describe("a refusal", () => {
  test("in the provider's words is rejected with them", async () => {
    const { outcome, wentOut } = await sendTo(reject("Номер не зарегистрирован в WhatsApp"));
    expect(outcome).toEqual({
      kind: "rejected",
      code: "provider_rejected",
      detail: "Номер не зарегистрирован в WhatsApp",
    });
    expect(wentOut).toBe(0);
  });

  test.each([400, 404, 405, 406, 410, 411, 413, 414, 415, 422])("with %i is rejected", async (status) => {
    const { outcome } = await sendTo(answerWith(status, { status: "error", detail: "Nope" }));
    expect(outcome).toEqual({ kind: "rejected", code: "provider_rejected", detail: "Nope" });
  });

  test.each([
    ["its detail", { status: "error", detail: "a", error: "b", message: "c" }, "a"],
    ["its error", { status: "error", detail: "  ", error: "b" }, "b"],
    ["its message", { status: "error", detail: { code: 1 }, message: "c" }, "c"],
    ["its status when it has no words", { status: "error" }, "HTTP 400"],
    ["plain text", "Recipient is wrong", "Recipient is wrong"],
    ["not a web page", "<html><h1>Bad</h1></html>", "HTTP 400"],
    ["nothing unprintable", { detail: "a\u0000\n\u0007b \ud800" }, "a b \ufffd"],
  ])("shows %s", async (_what, body, detail) => {
    const { outcome } = await sendTo(answerWith(400, body));
    expect(outcome).toEqual({ kind: "rejected", code: "provider_rejected", detail });
  });

  test("is cut to 500 characters", async () => {
    const { outcome } = await sendTo(reject("😀".repeat(600)));
    expect(outcome).toMatchObject({ kind: "rejected", detail: "😀".repeat(500) });
  });

  test("never shows the token, even when the provider repeats it", async () => {
    const { outcome } = await sendTo(reject(`bad header ${TOKEN}, ${TOKEN}`));
    expect(outcome).toMatchObject({ detail: "bad header ***, ***" });
  });

  test("that speaks of a timeout is unknown: it may have come too late", async () => {
    for (const words of ["Timeout waiting for answer", "timed out", "Превышено время ожидания", "таймаут"]) {
      const { outcome } = await sendTo(reject(words));
      expect(outcome).toEqual({ kind: "unknown", cause: "provider_failed", detail: words });
    }
  });

  test("that names a message all the same is unknown", async () => {
    const { outcome } = await sendTo(
      answerWith(200, { status: "error", message_id: "3EB0", detail: "late" }),
    );
    expect(outcome).toEqual({ kind: "unknown", cause: "unexpected_answer", detail: "late" });
  });
});

describe("a sender that can send no more is blocked", () => {
  test.each<[string, Behaviour, string]>([
    ["banned", behaviours.ban, "sender_banned"],
    ["banned, in Russian", reject("Номер забанен"), "sender_banned"],
    ["offline", behaviours.offline, "sender_offline"],
    ["logged out", reject("Профиль не авторизован"), "sender_offline"],
    ["unpaid", behaviours.unpaid, "sender_unpaid"],
    ["unpaid, without words", answerWith(402, ""), "sender_unpaid"],
    ["unpaid, as an error", reject("Профиль не оплачен"), "sender_unpaid"],
    ["forbidden", answerWith(403, { detail: "Forbidden" }), "credentials_refused"],
    ["forbidden by a ban", answerWith(403, { detail: "Banned" }), "sender_banned"],
  ])("%s", async (_what, behaviour, code) => {
    const { outcome, wentOut } = await sendTo(behaviour);
    expect(outcome).toMatchObject({ kind: "blocked", scope: "sender", code });
    expect(wentOut).toBe(0);
  });

  test("by a wrong token, with the whole account", async () => {
    expect(await send(senderWith({ token: "wrong" }))).toEqual({
      kind: "blocked",
      scope: "account",
      code: "credentials_refused",
      detail: "Wrong token",
    });
  });

  test("by a profile that does not exist", async () => {
    expect(await send(senderWith({ profile_id: "other" }))).toMatchObject({
      kind: "blocked",
      scope: "sender",
      code: "sender_offline",
    });
  });

  test("but not for words that only look like trouble", async () => {
    for (const words of ["Bank account of the recipient", "Рассылка в банк", "кабан"]) {
      const { outcome } = await sendTo(reject(words));
      expect(outcome).toMatchObject({ kind: "rejected", detail: words });
    }
  });
});

describe("too many requests", () => {
  test.each([
    [undefined, 60],
    ["7", 7],
    ["0", 1],
    ["86400", 3600],
    ["9".repeat(400), 3600],
    ["Tue, 24 Nov 2026 10:00:30 GMT", 30],
    ["Tue, 24 Nov 2026 09:00:00 GMT", 1],
    ["Wed, 25 Nov 2026 10:00:00 GMT", 3600],
    ["soon", 60],
    ["Soon", 60],
    ["-5", 60],
    ["1.5", 60],
    ["", 60],
  ])("with Retry-After %j wait %i seconds", async (header, retryAfterSeconds) => {
    const { outcome, wentOut } = await sendTo(throttle(header));
    expect(outcome).toEqual({ kind: "throttled", retryAfterSeconds });
    expect(wentOut).toBe(0);
  });
});

describe("what cannot be known is unknown", () => {
  test.each<[string, Behaviour, string, string, number]>([
    ["a server error", behaviours.serverError, "provider_failed", "Internal error", 0],
    ["a gateway's error page", behaviours.badGateway, "provider_failed", "HTTP 502", 0],
    ["a reset before anything happened", behaviours.reset, "connection_lost", "", 0],
    ["a reset after the message went out", behaviours.deliverAndReset, "connection_lost", "", 1],
    ["a reset in the middle of the answer", behaviours.deliverAndResetMidBody, "connection_lost", "", 1],
    ["garbage", behaviours.deliverAndBabble, "unreadable_answer", "HTTP 200", 1],
    ["an empty answer", answerWith(200, ""), "unreadable_answer", "HTTP 200", 0],
    ["a web page", answerWith(200, "<html></html>"), "unreadable_answer", "HTTP 200", 0],
    ["a list", answerWith(200, [1]), "unexpected_answer", "HTTP 200", 0],
    ["done without an id", answerWith(200, { status: "done" }), "unexpected_answer", "HTTP 200", 0],
    [
      "done with an empty id",
      answerWith(200, { status: "done", message_id: "" }),
      "unexpected_answer",
      "HTTP 200",
      0,
    ],
    [
      "an unheard-of status",
      answerWith(200, { status: "maybe", message_id: "3EB0" }),
      "unexpected_answer",
      "HTTP 200",
      0,
    ],
    ["a redirect", answerWith(302, "", { location: "/elsewhere" }), "unexpected_answer", "HTTP 302", 0],
    ["a request timeout", answerWith(408, ""), "unexpected_answer", "HTTP 408", 0],
    ["a conflict", answerWith(409, { detail: "Conflict" }), "unexpected_answer", "Conflict", 0],
    [
      "an answer without end",
      answerWith(200, `${" ".repeat(20_000)}{"status":"error"}`),
      "unreadable_answer",
      "HTTP 200",
      0,
    ],
  ])("%s", async (_what, behaviour, cause, detail, wentOut) => {
    expect(await sendTo(behaviour)).toEqual({ outcome: { kind: "unknown", cause, detail }, wentOut });
  });

  test("a redirect is not followed", async () => {
    const { length } = wappi.calls;
    await sendTo(
      answerWith(307, "", { location: `${wappi.url}/api/sync/message/send?profile_id=${PROFILE}` }),
    );
    expect(wappi.calls.length).toBe(length + 1);
  });

  test.each([
    ["that never comes", behaviours.deliverAndHang],
    ["that comes too late", behaviours.slow],
    ["that stops in the middle", stopInTheMiddle],
  ])("an answer %s", async (_what, behaviour) => {
    const { length } = wappi.calls;
    const controller = new AbortController();
    wappi.next(behaviour);
    const sending = sender.send({
      reference: "d-1",
      to: "+79115576362",
      body: "x",
      signal: controller.signal,
    });
    await wappi.received(length + 1);
    controller.abort(new DOMException("too slow", "TimeoutError"));
    expect(await sending).toEqual({ kind: "unknown", cause: "timeout", detail: "" });
  });

  test("a server that is not there: workerd cannot tell it from a lost connection", async () => {
    const gone = await startWappiStandIn({ token: TOKEN, profileId: PROFILE });
    await gone.close();
    expect(await send(senderWith({ baseUrl: gone.url }))).toEqual({
      kind: "unknown",
      cause: "connection_lost",
      detail: "",
    });
  });
});

describe("whatever Wappi answers", () => {
  const bodies = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record(
        { status: fc.constantFrom("done", "error", "ok", 1), message_id: fc.string(), detail: fc.string() },
        { requiredKeys: [] },
      )
      .map((fields) => JSON.stringify(fields)),
  );
  // Not 1xx, which is no answer yet, nor 421, at which Node's fetch asks again by itself, as its standard says.
  const statuses = fc.oneof(fc.constant(200), fc.integer({ min: 200, max: 599 })).filter((n) => n !== 421);

  test("send never throws, and says sent or not sent only when that is certain", async () => {
    await fc.assert(
      fc.asyncProperty(statuses, bodies, async (status, body) => {
        const { outcome } = await sendTo(answerWith(status, body));
        const ok = status >= 200 && status <= 299;
        if (outcome.kind === "accepted") expect(ok && JSON.parse(body).status === "done").toBe(true);
        if (outcome.kind === "throttled") expect(status).toBe(429);
        if (outcome.kind === "rejected" || outcome.kind === "blocked") {
          expect(status < 500 && (status >= 400 || (ok && JSON.parse(body).status === "error"))).toBe(true);
        }
        if ("detail" in outcome) expect([...outcome.detail].length).toBeLessThanOrEqual(500);
      }),
      { numRuns: 300 },
    );
  });
});

function stopInTheMiddle({ response }: Parameters<Behaviour>[0]): void {
  response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
  response.write('{"status":');
}
