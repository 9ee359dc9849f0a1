import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PROVIDERS } from "../../src/gateways/providers.ts";
import { deliveryStatus, postWebhook, startWappiStandIn, type WappiStandIn } from "./wappi-stand-in.ts";

const ACCOUNT = { token: "token", profileId: "71ad40e9-b023" };
let wappi: WappiStandIn;

beforeAll(async () => {
  wappi = await startWappiStandIn(ACCOUNT);
  for (const body of ["one", "two"]) {
    const response = await call("POST", "/api/sync/message/send", {}, { recipient: "79115576362", body });
    expect(response.status).toBe(200);
  }
});

afterAll(() => wappi.close());

function call(method: string, path: string, query: Record<string, string>, body?: object): Promise<Response> {
  const search = new URLSearchParams({ profile_id: ACCOUNT.profileId, ...query });
  return fetch(`${wappi.url}${path}?${search}`, {
    method,
    headers: { authorization: ACCOUNT.token },
    body: body && JSON.stringify(body),
  });
}

test("a task says which message it became", async () => {
  const [message] = wappi.messages;
  const response = await call("GET", "/api/task/get", { task_id: message?.taskId ?? "" });
  expect(await response.json()).toMatchObject({
    status: "done",
    task: {
      task_id: message?.taskId,
      recipient: "79115576362@c.us",
      body: "one",
      response: { status: "done", message_id: message?.id },
    },
  });
  expect((await call("GET", "/api/task/get", { task_id: "none" })).status).toBe(404);
});

test("the history lists what went out, newest first", async () => {
  const response = await call("GET", "/api/sync/messages/history", { limit: "1" });
  expect(await response.json()).toMatchObject({
    status: "done",
    detail: [{ recipient: "79115576362@c.us", message: "two", id: wappi.messages[1]?.id }],
    all_messages_count: 2,
  });
});

test.each([
  ["no number", { recipient: "+79115576362", body: "x" }],
  ["no body", { recipient: "79115576362", body: "" }],
  ["nothing", {}],
])("%s is refused and nothing goes out", async (_what, body) => {
  const before = wappi.messages.length;
  expect((await call("POST", "/api/sync/message/send", {}, body)).status).toBe(400);
  expect(wappi.messages.length).toBe(before);
});

test("its webhook arrives as it was made, and the gateway understands it", async () => {
  const received: unknown[] = [];
  const receiver = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    received.push(JSON.parse(text));
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const [message] = wappi.messages;
  if (!message) throw new Error("nothing went out");
  const webhook = deliveryStatus(message, "delivered", ACCOUNT.profileId);
  const { port } = receiver.address() as AddressInfo;
  expect((await postWebhook(`http://127.0.0.1:${port}/hooks/wappi/secret`, webhook)).status).toBe(200);
  await new Promise<void>((resolve) => {
    receiver.close(() => resolve());
    receiver.closeAllConnections();
  });

  const sender = PROVIDERS.wappi.create(
    { token: ACCOUNT.token, profile_id: ACCOUNT.profileId },
    { fetch, baseUrl: wappi.url, clock: { now: () => new Date() } },
  );
  const events = received.flatMap((body) => sender.parseWebhook({ headers: new Headers(), body }));
  expect(events).toMatchObject([
    { providerMessageId: message.id, taskId: message.taskId, status: "delivered" },
  ]);
});
