import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { MAX_UNSETTLED } from "../../src/domain/messaging/send-message.ts";
import { makeHeldQueue } from "../support/held-queue.ts";
import { type Delivery, type Desk, openDesk } from "../support/messaging.ts";
import { proof } from "../support/proof.ts";
import { makeWorld } from "../support/world.ts";

const queue = makeHeldQueue();
const world = makeWorld({ queue });

type Page = { data: Delivery[]; next_cursor: string | null };

function send(desk: Desk, body: object, headers: Record<string, string> = {}) {
  return desk.owner.post<Delivery>(`/api/data/leads/${desk.leadId}/messages`, body, { headers });
}

async function count(desk: Desk): Promise<number> {
  const row = await env.TENANTS_01.prepare("SELECT count(*) AS n FROM deliveries WHERE tenant_id = ?")
    .bind(desk.tenant.id)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

/** Deliveries as they would be after so many messages, oldest first; made by one statement. */
async function fill(desk: Desk, amount: number, unsettled: boolean): Promise<void> {
  await env.TENANTS_01.prepare(
    `INSERT INTO deliveries (tenant_id, id, entity_type_id, record_id, sender_id, address, body, status,
       attempts, due_at, created_at, updated_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     SELECT ?1, printf('00000000-0000-7000-8000-%012d', i), 'gone', 'gone', ?3, '+79123456789', 'Hello',
       CASE WHEN i = 1 THEN 'failed' ELSE 'sent' END, 1, ?4, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'
     FROM n`,
  )
    .bind(desk.tenant.id, amount, desk.senderId, unsettled ? "2026-01-01T00:00:00.000Z" : null)
    .run();
}

describe("sending a message", () => {
  it("answers 202 with the delivery, in two trips, and nudges the queue with ids only", async () => {
    const desk = await openDesk(world);
    const before = queue.sent.length;
    const sent = await send(desk, { body: "Ваш заказ готов" });
    expect(sent.status).toBe(202);
    const { id, ...rest } = sent.body;
    expect(rest).toEqual({
      campaign_id: null,
      entity_type: "leads",
      record_id: desk.leadId,
      sender_id: desk.senderId,
      address: "+79123456789",
      body: "Ваш заказ готов",
      status: "queued",
      attempts: 0,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(sent.headers.get("location")).toBe(`/api/deliveries/${id}`);
    expect(sent.cost).toMatchObject({ trips: 2, rowsWritten: 4 });
    expect(queue.sent.slice(before)).toEqual([
      {
        body: { type: "delivery", shard: "01", tenant_id: desk.tenant.id, delivery_id: id },
        delaySeconds: undefined,
      },
    ]);
    expect((await desk.owner.get(`/api/deliveries/${id}`)).body).toEqual(sent.body);
  });

  it("does not fail when the queue does", async () => {
    const desk = await openDesk(world);
    queue.broken = true;
    const sent = await send(desk, { body: "Hello" }).finally(() => {
      queue.broken = false;
    });
    expect(sent.status).toBe(202);
    expect(await desk.delivery(sent.body.id)).toMatchObject({ status: "queued" });
  });

  it("has one effect and one answer under an Idempotency-Key, however many ask at once", async () => {
    const parallel = 100;
    const rounds = proof("parallel messages under one key", { full: 50, reduced: 1 }, 0);
    const desk = await openDesk(world);
    for (let round = 1; round <= rounds; round++) {
      const key = { "idempotency-key": `round-${round}` };
      const answers = await Promise.all(
        Array.from({ length: parallel }, () => send(desk, { body: `Round ${round}` }, key)),
      );
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
      expect(answers[0]?.status).toBe(202);
      expect(await count(desk)).toBe(round);
      expect((await send(desk, { body: "Other" }, key)).status).toBe(422);
    }
  });

  it("picks the number: the record's first, the one named, or the one given", async () => {
    const desk = await openDesk(world);
    const { owner } = desk;
    await owner.post("/api/meta/entity-types", {
      name: "shops",
      display_name: "Shops",
      attributes: [
        { name: "title", display_name: "Title", value_type: "string" },
        { name: "main", display_name: "Main", value_type: "phone" },
        { name: "spare", display_name: "Spare", value_type: "phone" },
      ],
    });
    const shop = async (values: object) =>
      (await owner.post<{ id: string }>("/api/data/shops", values)).body.id;
    const both = await shop({ main: "8 912 000-00-01", spare: "+7 912 000-00-02" });
    const spareOnly = await shop({ spare: "+7 912 000-00-03" });
    const none = await shop({ title: "None" });
    const to = async (id: string, message: object) =>
      (await owner.post(`/api/data/shops/${id}/messages`, { body: "Hello", ...message })).body;

    expect(await to(both, {})).toMatchObject({ address: "+79120000001" });
    expect(await to(both, { to_attribute: "spare" })).toMatchObject({ address: "+79120000002" });
    expect(await to(spareOnly, {})).toMatchObject({ address: "+79120000003" });
    expect(await to(none, { to: "8 (912) 000-00-04" })).toMatchObject({ address: "+79120000004" });
    expect(await to(none, { to: "+1 202-555-0123" })).toMatchObject({ address: "+12025550123" });

    const refused = async (id: string, message: object) => {
      const { errors } = (await to(id, message)) as { errors: { path: string; code: string }[] };
      return errors.map(({ path, code }) => `${path} ${code}`);
    };
    expect(await refused(none, {})).toEqual(["to no_phone_number"]);
    expect(await refused(spareOnly, { to_attribute: "main" })).toEqual(["to_attribute no_phone_number"]);
    expect(await refused(both, { to_attribute: "title" })).toEqual(["to_attribute not_a_phone_attribute"]);
    expect(await refused(both, { to_attribute: "fax" })).toEqual(["to_attribute unknown_attribute"]);
    expect(await refused(both, { to: "12" })).toEqual(["to not_a_phone"]);
    expect(await refused(both, { to: " " })).toEqual(["to required"]);
    expect(await refused(both, { to: "+7 912 000-00-01", to_attribute: "main" })).toEqual(["to not_with"]);
    expect(await refused(both, { body: "" })).toEqual(["body required"]);
    expect(await refused(both, { body: " \n" })).toEqual(["body required"]);
    expect(await refused(both, { body: "x".repeat(4097) })).toEqual(["body too_long"]);
    expect(await refused(both, { template_id: none })).toEqual(["template_id unknown_field"]);
    expect(await refused(both, { sender_id: none })).toEqual(["sender_id unknown_sender"]);
  });

  it("picks the only sender that can send; the sandbox steps back for a real one", async () => {
    const desk = await openDesk(world);
    const wappi = (name: string) => ({
      name,
      provider: "wappi",
      credentials: { token: "t", profile_id: name },
    });
    const create = async (body: object) =>
      (await desk.owner.post<{ id: string }>("/api/senders", body)).body.id;
    const first = await create(wappi("first"));
    expect((await send(desk, { body: "Hello" })).body).toMatchObject({ sender_id: first });
    const second = await create(wappi("second"));
    expect((await send(desk, { body: "Hello" })).body).toMatchObject({
      errors: [{ path: "sender_id", code: "required" }],
    });
    await desk.patchSender({ status: "paused" }, second);
    expect((await send(desk, { body: "Hello" })).body).toMatchObject({ sender_id: first });
    // Named, a paused one takes messages, too: they wait.
    expect((await send(desk, { body: "Hello", sender_id: second })).status).toBe(202);
    for (const id of [first, desk.senderId]) await desk.patchSender({ status: "paused" }, id);
    expect((await send(desk, { body: "Hello" })).body).toMatchObject({
      errors: [{ path: "sender_id", code: "no_usable_sender" }],
    });
  });

  it("answers in the promised order: 404 table, 403, 404 record, 400", async () => {
    const desk = await openDesk(world);
    const rival = await openDesk(world);
    const bad = { body: "Hello", to: "12" };
    const member = (...permissions: string[]) => desk.tenant.member({ permissions });
    const sender = await member("messages:send");
    const viewer = await member("leads:view");
    const both = await member("messages:send", "leads:view");
    const path = (entity: string, id: string) => `/api/data/${entity}/${id}/messages`;
    expect((await sender.post(path("nothing", desk.leadId), bad)).status).toBe(404);
    for (const client of [sender, viewer]) {
      expect((await client.post(path("leads", rival.leadId), bad)).status).toBe(403);
    }
    expect((await both.post(path("leads", rival.leadId), bad)).status).toBe(404);
    expect((await both.post(path("individuals", desk.leadId), bad)).status).toBe(403);
    expect((await desk.owner.post(path("individuals", desk.leadId), bad)).status).toBe(404);
    expect((await both.post(path("leads", desk.leadId), bad)).status).toBe(400);
    await desk.owner.delete(`/api/data/leads/${desk.leadId}`);
    expect((await both.post(path("leads", desk.leadId), bad)).status).toBe(404);
  });

  it("is refused with 429 before anything is written while too much waits", async () => {
    const desk = await openDesk(world);
    await fill(desk, MAX_UNSETTLED - 1, true);
    expect((await send(desk, { body: "Hello" })).status).toBe(202);
    const refused = await send(desk, { body: "Hello" });
    expect(refused).toMatchObject({
      status: 429,
      body: { code: "too_many_requests" },
      cost: { rowsWritten: 0 },
    });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await count(desk)).toBe(MAX_UNSETTLED);
  });
});

describe("deliveries", () => {
  it("are listed newest first, page by page", async () => {
    const desk = await openDesk(world);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift(await desk.post({ body: `No ${i}` }));
    for (const path of ["/api/deliveries", `/api/data/leads/${desk.leadId}/messages`]) {
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
        const { body, cost } = await desk.owner.get<Page>(`${path}?limit=2${query}`);
        expect(cost.trips).toBe(1);
        seen.push(...body.data.map(({ id }) => id));
        cursor = body.next_cursor;
      }
      expect(seen).toEqual(ids);
    }
    expect((await desk.owner.get("/api/deliveries?cursor=nonsense")).status).toBe(400);
  });

  it("are filtered by record, status and sender", async () => {
    const desk = await openDesk(world);
    const other = await desk.owner.post<{ id: string }>("/api/data/leads", { organization_name: "Other" });
    const mine = await desk.post();
    const { body: theirs } = await desk.owner.post<Delivery>(`/api/data/leads/${other.body.id}/messages`, {
      body: "Hello",
      to: "+79120000009",
    });
    const ids = async (query: string) =>
      (await desk.owner.get<Page>(`/api/deliveries?${query}`)).body.data.map(({ id }) => id);
    expect(await ids(`record_id=${desk.leadId}`)).toEqual([mine]);
    expect(await ids(`record_id=${desk.leadId}&status=queued`)).toEqual([mine]);
    expect(await ids("status=queued")).toEqual([theirs.id, mine]);
    expect(await ids("status=sent")).toEqual([]);
    expect(await ids(`sender_id=${desk.senderId}`)).toEqual([theirs.id, mine]);
    expect(await ids(`sender_id=${mine}`)).toEqual([]);
    expect((await desk.owner.get("/api/deliveries?status=lost")).status).toBe(400);
  });

  it("that are rare are found by going on, at a bounded cost a page", async () => {
    const desk = await openDesk(world);
    await fill(desk, 3_500, false);
    const found: string[] = [];
    let pages = 0;
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body, cost } = await desk.owner.get<Page>(`/api/deliveries?status=failed${query}`);
      expect(cost.rowsRead).toBeLessThan(3_200);
      found.push(...body.data.map(({ id }) => id));
      cursor = body.next_cursor;
      pages += 1;
    }
    expect(found).toEqual(["00000000-0000-7000-8000-000000000001"]);
    expect(pages).toBe(4);
    const plain = await desk.owner.get<Page>("/api/deliveries");
    expect(plain.body.data).toHaveLength(50);
    expect(plain.cost.rowsRead).toBeLessThan(200);
  });

  it("show number and text only to who may view the records", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    const clerk = await desk.tenant.member({ permissions: ["messages:view"] });
    const seller = await desk.tenant.member({ permissions: ["messages:view", "leads:view"] });
    const hidden = { id, status: "queued", address: null, body: null };
    expect((await clerk.get(`/api/deliveries/${id}`)).body).toMatchObject(hidden);
    expect((await clerk.get<Page>("/api/deliveries")).body.data).toMatchObject([hidden]);
    expect((await clerk.get(`/api/data/leads/${desk.leadId}/messages`)).status).toBe(403);
    const shown = { id, address: "+79123456789", body: "Hello" };
    expect((await seller.get(`/api/deliveries/${id}`)).body).toMatchObject(shown);
    expect((await seller.get<Page>(`/api/data/leads/${desk.leadId}/messages`)).body.data).toMatchObject([
      shown,
    ]);
    const nobody = await desk.tenant.member({ permissions: ["leads:view"] });
    expect((await nobody.get("/api/deliveries")).status).toBe(403);
    expect((await nobody.get(`/api/deliveries/${id}`)).status).toBe(403);
  });

  it("of another company are not there", async () => {
    const desk = await openDesk(world);
    const rival = await openDesk(world);
    const id = await desk.post();
    expect((await rival.owner.get(`/api/deliveries/${id}`)).status).toBe(404);
    expect((await rival.owner.get<Page>(`/api/deliveries?record_id=${desk.leadId}`)).body.data).toEqual([]);
  });
});
