import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createResendMailer } from "../../src/gateways/resend-mailer.ts";

interface Call {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A real HTTP server that answers as it is told. */
let server: Server;
let baseUrl = "";
let answer: (response: ServerResponse) => void = () => undefined;
const calls: Call[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    calls.push({
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: JSON.parse(text),
    });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const KEY = "re_secret_key_of_the_tests";
const mail = {
  id: "0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e",
  to: "reader@mail.test",
  subject: "Привет",
  text: "Текст",
  html: "<p>Текст</p>",
};

const send = (timeoutMs = 5_000, at = baseUrl) =>
  createResendMailer({ apiKey: KEY, baseUrl: at, from: "CRM <crm@mail.test>" }, { fetch, timeoutMs }).send(
    mail,
  );

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  answer = (response) =>
    void response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify(body));
};

describe("Resend", () => {
  test("gets the mail, the key and an idempotency key", async () => {
    json(200, { id: "49a3999c" });
    expect(await send(5_000, `${baseUrl}/`)).toEqual({ kind: "accepted" });
    expect(calls.at(-1)).toMatchObject({
      method: "POST",
      url: "/emails",
      headers: {
        authorization: `Bearer ${KEY}`,
        "content-type": "application/json",
        "idempotency-key": mail.id,
      },
      body: {
        from: "CRM <crm@mail.test>",
        to: [mail.to],
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
      },
    });
  });

  test.each([
    [422, { name: "validation_error", message: `no ${mail.to}` }, "refused", "422 validation_error"],
    [400, { name: "invalid_idempotency_key" }, "refused", "400 invalid_idempotency_key"],
    [401, { name: "missing_api_key" }, "failed", "401 missing_api_key"],
    [403, { name: "invalid_api_key", message: KEY }, "failed", "403 invalid_api_key"],
    [409, { name: "concurrent_idempotent_requests" }, "failed", "409 concurrent_idempotent_requests"],
    [429, { name: "rate_limit_exceeded" }, "failed", "429 rate_limit_exceeded"],
    [500, { name: `told ${KEY}` }, "failed", "500"],
    [503, "<html>", "failed", "503"],
  ])("%i is an outcome that repeats neither address nor key", async (status, body, kind, detail) => {
    json(status, body);
    expect(await send()).toEqual({ kind, detail });
  });

  test("is not followed elsewhere with the key", async () => {
    const before = calls.length;
    json(307, {}, { location: `${baseUrl}/elsewhere` });
    expect(await send()).toEqual({ kind: "failed", detail: "307" });
    expect(calls).toHaveLength(before + 1);
  });

  test("may lose its answer", async () => {
    answer = (response) => void response.destroy();
    expect(await send()).toEqual({ kind: "failed", detail: "connection_lost" });
    answer = () => undefined;
    expect(await send(50)).toEqual({ kind: "failed", detail: "timeout" });
    expect(await send(5_000, "http://127.0.0.1:1")).toEqual({ kind: "failed", detail: "connection_lost" });
  });
});
