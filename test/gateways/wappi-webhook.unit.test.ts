import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PROVIDERS } from "../../src/gateways/providers.ts";

const PROFILE = "1955e928-b7b6";
const NOW = new Date("2026-11-24T10:00:00.000Z");
const sender = PROVIDERS.wappi.create(
  { token: "token", profile_id: PROFILE },
  { fetch, baseUrl: "https://wappi.pro", clock: { now: () => NOW } },
);

/** The vendor's example of a `delivery_status` webhook. */
const REPORT = {
  id: "3EB0B9085608CCF26A7607",
  profile_id: PROFILE,
  wh_type: "delivery_status",
  timestamp: "2025-10-23T15:45:14+03:00",
  time: 1761223514,
  from: "79959640099@c.us",
  to: "79602041988@c.us",
  chat_id: "79602041988@c.us",
  status: "pending",
  task_id: "47208660-3c55-4ad7-bb1d-ff4427f7a262",
};

const EVENT = {
  eventKey: "3EB0B9085608CCF26A7607:pending",
  providerMessageId: "3EB0B9085608CCF26A7607",
  taskId: "47208660-3c55-4ad7-bb1d-ff4427f7a262",
  status: "sent",
  occurredAt: "2025-10-23T12:45:14.000Z",
  error: undefined,
};

function parse(body: unknown) {
  return sender.parseWebhook({ headers: new Headers(), body });
}

function parseReport(changes: object) {
  return parse({ messages: { ...REPORT, ...changes } });
}

describe("a report about a delivery", () => {
  test("as documented, in an object", () => {
    expect(parse({ messages: REPORT })).toEqual([EVENT]);
  });

  test.each([
    ["pending", "sent", undefined],
    ["delivered", "delivered", undefined],
    ["read", "read", undefined],
    ["undelivered", "failed", { code: "undelivered", detail: "undelivered" }],
    ["temporary ban", "failed", { code: "sender_banned", detail: "temporary ban" }],
    ["error", "failed", { code: "provider_failed", detail: "error" }],
  ])("%s means %s", (status, meaning, error) => {
    expect(parseReport({ status })).toEqual([
      { ...EVENT, eventKey: `3EB0B9085608CCF26A7607:${status}`, status: meaning, error },
    ]);
  });

  test("carries the provider's words when it fails", () => {
    const [event] = parseReport({ status: "error", detail: "Не\u0000доставлено" });
    expect(event?.error).toEqual({ code: "provider_failed", detail: "Не доставлено" });
  });

  test("that comes twice, at whatever time, has one key; another status has another", () => {
    const keys = (reports: object[]) => new Set(reports.flatMap(parseReport).map((event) => event.eventKey));
    expect(keys([{}, {}, { time: 1761223599, timestamp: "2025-10-23T15:46:39+03:00" }]).size).toBe(1);
    expect(keys([{ status: "delivered" }, { status: "read" }, { id: "3EB1" }]).size).toBe(3);
  });

  test("is known by its task while there is no message", () => {
    const [event] = parseReport({ id: "" });
    expect(event).toMatchObject({ eventKey: `${REPORT.task_id}:pending`, taskId: REPORT.task_id });
    expect(event?.providerMessageId).toBeUndefined();
  });

  test.each([
    ["the seconds", { timestamp: undefined }, "2025-10-23T12:45:14.000Z"],
    ["the text", { time: undefined }, "2025-10-23T12:45:14.000Z"],
    ["now, when it says none", { time: undefined, timestamp: undefined }, NOW.toISOString()],
    ["now, when it cannot be true", { time: 1e15 }, NOW.toISOString()],
    ["now, when it is no time", { time: undefined, timestamp: "1" }, NOW.toISOString()],
  ])("has its time from %s", (_what, changes, occurredAt) => {
    expect(parseReport(changes)[0]?.occurredAt).toBe(occurredAt);
  });
});

test("a message sent through the API ties the task to its message", () => {
  const report = { ...REPORT, wh_type: "outgoing_message_api", status: undefined, body: "тест" };
  expect(parse({ messages: [report, report] })).toEqual(
    Array(2).fill({ ...EVENT, eventKey: "3EB0B9085608CCF26A7607:outgoing" }),
  );
});

describe("nothing comes of", () => {
  test.each([
    ["another profile's report", { messages: { ...REPORT, profile_id: "71ad40e9-b023" } }],
    ["an unknown status", { messages: { ...REPORT, status: "teleported" } }],
    ["a status that is no text", { messages: { ...REPORT, status: ["read"] } }],
    ["an inbound message", { messages: [{ ...REPORT, wh_type: "incoming_message" }] }],
    ["the profile's own status", { messages: [{ wh_type: "authorization_status", status: "offline" }] }],
    ["a report without ids", { messages: { ...REPORT, id: "", task_id: undefined } }],
    ["ids that are none", { messages: { ...REPORT, id: "a b", task_id: "x".repeat(201) } }],
    ["a report one level too deep", { messages: [[REPORT]] }],
    ["a report at the top", REPORT],
    ["a list at the top", [{ messages: REPORT }]],
    ["nothing", undefined],
    ["text", "messages"],
  ])("%s", (_what, body) => {
    expect(parse(body)).toEqual([]);
  });

  test("whatever else comes in, without throwing", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (anything) => {
        expect(parse(anything)).toEqual([]);
        expect(parse({ messages: anything })).toEqual([]);
        expect(parse({ messages: [anything, null] })).toEqual([]);
      }),
    );
  });

  test("reports with anything in any field, beyond at most one event each", () => {
    const fields = fc.record(
      Object.fromEntries(Object.keys(REPORT).map((name) => [name, fc.anything({ withNullPrototype: true })])),
    );
    fc.assert(
      fc.property(fields, fc.subarray(Object.keys(REPORT)), (odd, names) => {
        const changes = Object.fromEntries(names.map((name) => [name, odd[name]]));
        expect(parseReport(changes).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
