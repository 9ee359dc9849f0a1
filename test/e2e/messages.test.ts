import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalState } from "../../scripts/tooling/local-state.ts";
import { deleteState, makeMigratedState } from "../support/migrated-state.ts";
import { proof } from "../support/proof.ts";
import { type Server, startServer } from "../support/server.ts";
import { behaviours, reject } from "../support/wappi-behaviours.ts";
import {
  deliveryStatus,
  postWebhook,
  startWappiStandIn,
  type WappiMessage,
  type WappiStandIn,
} from "../support/wappi-stand-in.ts";

/** The real Worker process against a real HTTP server in Wappi's place, whose log is the truth. */

const ACCOUNT = { token: "wappi-token-of-the-test", profileId: "71ad40e9-b023" };
const LEASE_SECONDS = 45;
const PATIENCE_MS = 60_000;

interface Delivery {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  readonly error?: { readonly code: string; readonly detail: string };
}

let state: LocalState;
let wappi: WappiStandIn;
let server: Server;
let token: string;
let leadId: string;

beforeAll(async () => {
  wappi = await startWappiStandIn(ACCOUNT);
  state = await makeMigratedState();
  await start();
  const owner = { email: "owner@acme.example", password: "correct horse battery" };
  await api("POST", "/api/auth/register", { ...owner, company_name: "Acme" });
  const form = new URLSearchParams({ username: owner.email, password: owner.password });
  const answer = await fetch(`${server.url}/api/auth/token`, { method: "POST", body: form });
  token = ((await answer.json()) as { access_token: string }).access_token;
  const lead = { organization_name: "Acme", contact_number: "8 911 557-63-62" };
  leadId = (await api<{ id: string }>("POST", "/api/data/leads", lead)).id;
});

afterAll(async () => {
  await server?.stop();
  await wappi?.close();
  if (state) deleteState(state);
});

async function start(): Promise<void> {
  server = await startServer({
    folder: state.folder,
    port: server?.port,
    env: {
      WAPPI_BASE_URL: wappi.url,
      SECRET_KEY: "only-for-tests-0123456789abcdef0123456789abcdef",
      ACCESS_TOKEN_EXPIRE_MINUTES: "1440",
    },
  });
}

async function restart(): Promise<void> {
  await server.kill();
  await start();
}

/** What the Worker's cron trigger does every minute. */
async function fireCron(): Promise<void> {
  const answer = await fetch(`${server.url}/cdn-cgi/local/scheduled`);
  expect(answer.ok).toBe(true);
}

async function api<Body>(method: string, path: string, body?: unknown, key?: string): Promise<Body> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      "content-type": "application/json",
      ...(key !== undefined && { "idempotency-key": key }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text) as Body;
}

/** A sender of its own for each test, fast enough that its pace does not matter. */
function makeSender(name: string): Promise<{ id: string; webhook_url: string }> {
  const credentials = { token: ACCOUNT.token, profile_id: ACCOUNT.profileId };
  return api("POST", "/api/senders", { name, provider: "wappi", credentials, rate_per_minute: 6000 });
}

function post(senderId: string, body: string, key?: string): Promise<Delivery> {
  return api("POST", `/api/data/leads/${leadId}/messages`, { sender_id: senderId, body }, key);
}

const get = (id: string) => api<Delivery>("GET", `/api/deliveries/${id}`);

/** What the recipient got. */
function received(body: string): readonly WappiMessage[] {
  return wappi.messages.filter((message) => message.body === body);
}

/** How often the provider was asked to send it. */
function callsFor(body: string): number {
  return wappi.calls.filter((call) => (call.body as { body?: string }).body === body).length;
}

async function until(id: string, ...statuses: string[]): Promise<Delivery> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const delivery = await get(id);
    if (statuses.includes(delivery.status)) return delivery;
    if (Date.now() > deadline) {
      throw new Error(`waited for ${statuses.join(" or ")}: ${JSON.stringify(delivery)}\n${server.output()}`);
    }
    await pause(100);
  }
}

describe("a message through the real Worker", () => {
  it("goes queued → sent → delivered, with one call to the provider", async () => {
    const sender = await makeSender("Main");
    const text = "Здравствуйте! Ваш заказ готов 👋";
    const { id, status } = await post(sender.id, text);
    expect(status).toBe("queued");
    expect(await until(id, "sent")).toMatchObject({ attempts: 1 });
    const [message, ...others] = received(text);
    expect(others).toEqual([]);
    expect(message?.recipient).toBe("79115576362");
    expect(wappi.calls.at(-1)).toMatchObject({
      path: "/api/sync/message/send",
      query: { profile_id: ACCOUNT.profileId },
      headers: { authorization: ACCOUNT.token },
    });
    const hook = `${server.url}${sender.webhook_url}`;
    const told = await postWebhook(
      hook,
      deliveryStatus(message as WappiMessage, "delivered", ACCOUNT.profileId),
    );
    expect([told.status, await told.json()]).toEqual([200, {}]);
    expect(await get(id)).toMatchObject({ status: "delivered" });
    expect((await postWebhook(`${hook}x`, {})).status).toBe(404);
  });

  it("that the provider refuses fails with the provider's words", async () => {
    const sender = await makeSender("Refused");
    wappi.next(reject("Номер не зарегистрирован в WhatsApp"));
    const { id } = await post(sender.id, "To nobody");
    expect(await until(id, "failed")).toMatchObject({
      error: { code: "provider_rejected", detail: "Номер не зарегистрирован в WhatsApp" },
    });
    expect(received("To nobody")).toEqual([]);
  });
});

describe("kill -9", () => {
  it("loses no message and sends none twice, wherever it strikes", async () => {
    const rounds = proof("messages survive kill -9", { full: 20, reduced: 2 }, 0);

    // While the call is on the wire: nobody can know, so it must not be made again.
    const slow = await makeSender("Slow");
    wappi.next(behaviours.slow);
    const calls = wappi.calls.length;
    const onTheWire = await post(slow.id, "On the wire");
    await wappi.received(calls + 1);
    const struckAt = Date.now();
    await restart();
    wappi.release();
    await fireCron();
    expect((await get(onTheWire.id)).status).toBe("calling");

    const sender = await makeSender("Killed");
    for (let round = 1; round <= rounds; round++) {
      // Between the answer 202 and the call; and, of a second one, at any moment of the request.
      const [answered, interrupted] = [`answered-${round}`, `interrupted-${round}`];
      const first = await post(sender.id, answered, answered);
      const second = post(sender.id, interrupted, interrupted).catch(() => undefined);
      await pause(Math.random() * 50);
      await restart();
      const seen = await second;

      const retried = await post(sender.id, interrupted, interrupted);
      if (seen) expect(retried).toEqual(seen);
      expect(await post(sender.id, interrupted, interrupted)).toEqual(retried);
      expect(await post(sender.id, answered, answered)).toEqual(first);
      await fireCron();
      for (const { id } of [first, retried]) expect(await until(id, "sent")).toMatchObject({ attempts: 1 });
      for (const text of [answered, interrupted]) {
        expect(received(text)).toHaveLength(1);
        expect(callsFor(text)).toBe(1);
      }
    }
    const { data } = await api<{ data: Delivery[] }>(
      "GET",
      `/api/deliveries?sender_id=${sender.id}&limit=200`,
    );
    expect(data).toHaveLength(2 * rounds);

    await pause(Math.max(0, struckAt + (LEASE_SECONDS + 1) * 1_000 - Date.now()));
    await fireCron();
    expect(await until(onTheWire.id, "unknown")).toMatchObject({ error: { code: "call_interrupted" } });
    await fireCron();
    await pause(2_000);
    expect(callsFor("On the wire")).toBe(1);
  });
});
