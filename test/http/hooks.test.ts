import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sendDelivery } from "../../src/domain/messaging/send-delivery.ts";
import { makeHeldQueue } from "../support/held-queue.ts";
import { type Desk, openDesk } from "../support/messaging.ts";
import { accept } from "../support/scripted-provider.ts";
import { makeWorld } from "../support/world.ts";

const world = makeWorld({ queue: makeHeldQueue() });

async function hookOf(desk: Desk, senderId?: string): Promise<string> {
  return (await desk.sender(senderId)).body.webhook_url as string;
}

/** The sandbox's report about the message that the scripted provider gave this id to. */
function report(id: string, status: string) {
  return { message_id: `m-${id}`, status };
}

async function sentMessage(desk: Desk): Promise<string> {
  const id = await desk.post();
  desk.clock.pass(5);
  await sendDelivery(desk.ctx, { id });
  return id;
}

async function storedEvents(desk: Desk): Promise<number> {
  const row = await env.TENANTS_01.prepare("SELECT count(*) AS n FROM provider_events WHERE tenant_id = ?")
    .bind(desk.tenant.id)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

describe("a provider's webhook", () => {
  it("moves the delivery on, in two round trips", async () => {
    const desk = await openDesk(world);
    const id = await sentMessage(desk);
    const hook = await hookOf(desk);
    const delivered = await world.anonymous.post(hook, report(id, "delivered"));
    expect(delivered).toMatchObject({ status: 200, body: {}, cost: { trips: 2, rowsWritten: 1 } });
    const seen = await desk.delivery(id);
    expect(seen.status).toBe("delivered");
    expect(Date.parse(seen.delivered_at ?? "")).toBeGreaterThan(0);
    await world.anonymous.post(hook, report(id, "read"));
    expect(await desk.delivery(id)).toMatchObject({ status: "read", delivered_at: seen.delivered_at });
  });

  it("comes to the same whatever the order and however often it comes", async () => {
    const desk = await openDesk(world);
    const hook = await hookOf(desk);
    const statuses = fc.constantFrom("sent", "delivered", "read", "failed");
    const rank = ["sent", "failed", "delivered", "read"];
    await fc.assert(
      fc.asyncProperty(fc.array(statuses, { minLength: 1, maxLength: 6 }), async (reports) => {
        const id = await sentMessage(desk);
        for (const status of reports) await world.anonymous.post(hook, report(id, status));
        const highest = rank[Math.max(...reports.map((status) => rank.indexOf(status)))];
        const { status, error } = await desk.delivery(id);
        expect(status).toBe(highest);
        expect(error?.code).toBe(highest === "failed" ? "undelivered" : undefined);
      }),
      { numRuns: 15, seed: 7 },
    );
    expect(await storedEvents(desk)).toBe(0);
  });

  it("that comes before the answer to our own call is kept until then", async () => {
    const desk = await openDesk(world);
    const hook = await hookOf(desk);
    const id = await desk.post();
    desk.provider.next(async (message) => {
      for (const status of ["sent", "delivered", "delivered"]) {
        expect((await world.anonymous.post(hook, report(id, status))).status).toBe(200);
      }
      expect(await desk.delivery(id)).toMatchObject({ status: "calling" });
      return accept(message);
    });
    await sendDelivery(desk.ctx, { id });
    const seen = await desk.delivery(id);
    expect(seen).toMatchObject({ status: "delivered", provider_message_id: `m-${id}` });
    expect(Date.parse(seen.delivered_at ?? "")).toBeGreaterThan(0);
    expect(await storedEvents(desk)).toBe(2);
  });

  it("cannot touch a delivery of another sender or company", async () => {
    const desk = await openDesk(world);
    const rival = await openDesk(world);
    const id = await sentMessage(desk);
    const other = await desk.owner.post<{ id: string }>("/api/senders", {
      name: "Other",
      provider: "sandbox",
    });
    for (const hook of [await hookOf(rival), await hookOf(desk, other.body.id)]) {
      expect((await world.anonymous.post(hook, report(id, "delivered"))).status).toBe(200);
    }
    expect(await desk.delivery(id)).toMatchObject({ status: "sent" });
  });

  it("with an unknown secret is 404, however near it comes", async () => {
    const desk = await openDesk(world);
    const rival = await openDesk(world, { shard: "02" });
    const hook = await hookOf(desk);
    const [, , provider = "", secret = ""] = hook.split("/");
    const [shard, tenant, sender, token] = secret.split(".");
    const rivalToken = (await hookOf(rival)).split(".").at(-1);
    const wrong = [
      `/hooks/wappi/${secret}`,
      `/hooks/${provider}/${secret}x`,
      `/hooks/${provider}/${secret.slice(0, -1)}`,
      `/hooks/${provider}/02.${tenant}.${sender}.${token}`,
      `/hooks/${provider}/99.${tenant}.${sender}.${token}`,
      `/hooks/${provider}/${shard}.${rival.tenant.id}.${sender}.${token}`,
      `/hooks/${provider}/${shard}.${tenant}.${sender}.${rivalToken}`,
      `/hooks/${provider}/${shard}.${tenant}.${sender}.`,
      `/hooks/${provider}/x`,
    ];
    for (const path of wrong) expect((await world.anonymous.post(path, {})).status).toBe(404);
    await desk.owner.delete(`/api/senders/${desk.senderId}`);
    expect((await world.anonymous.post(hook, {})).status).toBe(404);
  });

  it("takes any JSON and nothing else", async () => {
    const desk = await openDesk(world);
    const hook = await hookOf(desk);
    for (const body of [{}, [], "text", 0, null, { messages: [{}] }, { message_id: {}, status: [] }]) {
      expect((await world.anonymous.post(hook, body)).status).toBe(200);
    }
    const raw = await world.anonymous.post(hook, undefined, {
      raw: "not json",
      headers: { "content-type": "application/json" },
    });
    expect(raw.status).toBe(400);
  });

  it("of Wappi that tells of a ban blocks the sender, once", async () => {
    const desk = await openDesk(world);
    const credentials = { token: "secret-token", profile_id: "p1" };
    const created = await desk.owner.post<{ id: string; webhook_url: string }>("/api/senders", {
      name: "WhatsApp",
      provider: "wappi",
      credentials,
    });
    const { id: senderId, webhook_url: hook } = created.body;
    const id = await desk.post({ sender_id: senderId });
    await sendDelivery(desk.ctx, { id });
    const ban = (time: number, profile = "p1") => ({
      messages: {
        id: `m-${id}`,
        profile_id: profile,
        wh_type: "delivery_status",
        status: "temporary ban",
        time,
        task_id: "t1",
      },
    });
    const now = Math.floor(Date.now() / 1000);
    await world.anonymous.post(hook, ban(now + 2, "p2"));
    expect((await desk.sender(senderId)).body).toMatchObject({ status: "ok" });
    await world.anonymous.post(hook, ban(now + 2));
    expect(await desk.delivery(id)).toMatchObject({ status: "failed", error: { code: "sender_banned" } });
    expect((await desk.sender(senderId)).body).toMatchObject({
      status: "blocked",
      status_reason: { code: "sender_banned", detail: "temporary ban" },
    });
    await desk.patchSender({ status: "ok" }, senderId);
    // The same report again tells of what was before somebody resumed the sender.
    await world.anonymous.post(hook, ban(now - 60));
    expect((await desk.sender(senderId)).body).toMatchObject({ status: "ok" });
  });
});
