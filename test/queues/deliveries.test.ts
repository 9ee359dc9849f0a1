import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { CostMeter, openPlatform } from "../../src/compose.ts";
import { sendDelivery } from "../../src/domain/messaging/send-delivery.ts";
import worker from "../../src/worker.ts";
import { makeHeldQueue } from "../support/held-queue.ts";
import { type Delivery, type Desk, openDesk } from "../support/messaging.ts";
import { makeWorld } from "../support/world.ts";

const queue = makeHeldQueue();
const world = makeWorld({ queue });
const DELIVERIES = "edge-crm-deliveries";
const DEAD_LETTERS = "edge-crm-dead-letters";

function messageFor(desk: Desk, id: string) {
  return { type: "delivery", shard: desk.tenant.shard, tenant_id: desk.tenant.id, delivery_id: id };
}

/** Hands a batch to the Worker as the queue does. */
async function consume(queueName: string, bodies: readonly unknown[], bindings: Partial<Env> = {}) {
  const batch = createMessageBatch(
    queueName,
    bodies.map((body, i) => ({ id: `message-${i}`, timestamp: new Date(), attempts: 1, body })),
  );
  const ctx = createExecutionContext();
  await worker.queue(batch, { ...env, DELIVERIES: queue, ...bindings }, ctx);
  return getQueueResult(batch, ctx);
}

async function deadLetters(desk: Desk) {
  const { results } = await env.TENANTS_01.prepare("SELECT * FROM dead_letters WHERE tenant_id = ?")
    .bind(desk.tenant.id)
    .all<{ id: string; queue: string; message: string }>();
  return results;
}

describe("the consumer of deliveries", () => {
  it("sends what a batch names, each once however often it is named", async () => {
    const desk = await openDesk(world);
    const rival = await openDesk(world, { shard: "02" });
    const [first, second, third] = [await desk.post(), await rival.post(), await desk.post()];
    const bodies = [
      messageFor(desk, first),
      messageFor(rival, second),
      messageFor(desk, first),
      messageFor(desk, "no-such-delivery"),
      // Another company's delivery is not there, whoever says it is.
      messageFor(rival, third),
    ];
    const { explicitAcks, retryMessages } = await consume(DELIVERIES, bodies);
    expect(explicitAcks).toHaveLength(bodies.length);
    expect(retryMessages).toEqual([]);
    expect(await desk.delivery(first)).toMatchObject({ status: "sent", attempts: 1 });
    expect(await rival.delivery(second)).toMatchObject({ status: "sent", attempts: 1 });
    expect(await desk.delivery(third)).toMatchObject({ status: "queued", attempts: 0 });
    await consume(DELIVERIES, bodies);
    expect(await desk.delivery(first)).toMatchObject({ status: "sent", attempts: 1 });
  });

  it("says what became of it, in the sandbox's words", async () => {
    const desk = await openDesk(world);
    const post = (body: string) => desk.post({ body });
    const [rejected, unknown] = [await post("[sandbox:reject]"), await post("[sandbox:unknown]")];
    await consume(DELIVERIES, [messageFor(desk, rejected)]);
    expect(await desk.delivery(rejected)).toMatchObject({
      status: "failed",
      error: { code: "provider_rejected", detail: "The sandbox was told to reject." },
    });
    // The sender's pace may put the second one off.
    const isUnknown = async () => {
      await consume(DELIVERIES, [messageFor(desk, unknown)]);
      return (await desk.delivery(unknown)).status === "unknown";
    };
    await vi.waitUntil(isUnknown, { timeout: 20_000, interval: 100 });
  });

  it("tries a message again for itself when D1 is out of reach", async () => {
    const desk = await openDesk(world);
    const rival = await openDesk(world, { shard: "02" });
    const [lost, fine] = [await desk.post(), await rival.post()];
    const broken = {
      prepare: (sql: string) => env.TENANTS_01.prepare(sql),
      batch: () => Promise.reject(new Error("D1_ERROR: Network connection lost.")),
    } as unknown as D1Database;
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { explicitAcks, retryMessages } = await consume(
      DELIVERIES,
      [messageFor(desk, lost), messageFor(rival, fine)],
      { TENANTS_01: broken },
    );
    expect(explicitAcks).toEqual(["message-1"]);
    expect(retryMessages).toMatchObject([{ msgId: "message-0" }]);
    const logged = log.mock.calls.flat().join("\n");
    log.mockRestore();
    expect(logged).toContain("message-0");
    expect(logged).not.toContain("79123456789");
    await consume(DELIVERIES, [messageFor(desk, lost)]);
    expect(await desk.delivery(lost)).toMatchObject({ status: "sent" });
  });

  it("keeps what it cannot read with the company that it names, and acknowledges it", async () => {
    const desk = await openDesk(world);
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const strange = { type: "campaign", shard: "01", tenant_id: desk.tenant.id, campaign_id: "c1" };
    const bodies = [
      strange,
      "nonsense",
      null,
      { type: "delivery", shard: "77", tenant_id: "t", delivery_id: "d" },
    ];
    const { explicitAcks } = await consume(DELIVERIES, bodies);
    const logged = log.mock.calls.map(([line]) => JSON.parse(String(line)));
    log.mockRestore();
    expect(explicitAcks).toHaveLength(bodies.length);
    expect(logged.map(({ message_id }) => message_id).sort()).toEqual([
      "message-1",
      "message-2",
      "message-3",
    ]);
    expect(await deadLetters(desk)).toMatchObject([
      { id: "message-0", queue: DELIVERIES, message: JSON.stringify(strange) },
    ]);
  });

  it("costs few rows and trips a message", async () => {
    const meter = new CostMeter();
    const desk = await openDesk(world, { meter });
    const id = await desk.post();
    const { cost } = meter;
    Object.assign(cost, { trips: 0, rowsRead: 0, rowsWritten: 0 });
    await sendDelivery(desk.ctx, { id });
    expect(await desk.delivery(id)).toMatchObject({ status: "sent" });
    expect(cost.trips).toBe(3);
    // Claim 1 + the sender's pace 1, mark 1, settling 1 + two indexes.
    expect(cost.rowsWritten).toBeLessThanOrEqual(6);
    expect(cost.rowsRead).toBeLessThanOrEqual(60);
  });
});

describe("the consumer of dead letters", () => {
  it("keeps each once, and leaves the delivery to the sweep", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    for (let i = 0; i < 2; i++) {
      const { explicitAcks } = await consume(DEAD_LETTERS, [messageFor(desk, id)]);
      expect(explicitAcks).toEqual(["message-0"]);
    }
    expect(await deadLetters(desk)).toMatchObject([{ id, queue: DEAD_LETTERS }]);
    expect(await desk.delivery(id)).toMatchObject({ status: "queued" });
  });

  it("tries again while it cannot keep them", async () => {
    const desk = await openDesk(world);
    const broken = {
      prepare: (sql: string) => env.TENANTS_01.prepare(sql),
      batch: () => Promise.reject(new Error("D1_ERROR: D1 DB is overloaded.")),
    } as unknown as D1Database;
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const result = await consume(DEAD_LETTERS, [messageFor(desk, "d1")], { TENANTS_01: broken });
    log.mockRestore();
    expect(result.explicitAcks).toEqual([]);
    expect(result.retryMessages).toMatchObject([{ msgId: "message-0" }]);
  });

  it("drops what names a company that is not there", async () => {
    const { id } = await world.tenant();
    const body = { type: "delivery", shard: "02", tenant_id: id, delivery_id: "d1" };
    expect((await consume(DEAD_LETTERS, [body])).explicitAcks).toEqual(["message-0"]);
    const row = await env.TENANTS_02.prepare("SELECT count(*) AS n FROM dead_letters").first<{ n: number }>();
    expect(row?.n).toBe(0);
  });
});

describe("the real local queue", () => {
  it("carries messages from the API to the consumer by itself", async () => {
    const lively = makeWorld();
    const desk = await openDesk(lively);
    const ids = await Promise.all(Array.from({ length: 5 }, (_, i) => desk.post({ body: `No ${i}` })));
    await vi.waitUntil(
      async () => {
        const { body } = await desk.owner.get<{ data: Delivery[] }>("/api/deliveries?status=sent");
        return body.data.length === ids.length;
      },
      { timeout: 20_000, interval: 100 },
    );
    for (const id of ids) expect(await desk.delivery(id)).toMatchObject({ status: "sent", attempts: 1 });
  });

  it("carries neither numbers nor texts nor secrets", async () => {
    const platform = openPlatform({ ...env, DELIVERIES: queue });
    expect(platform.shards).toContain("01");
    const sent = JSON.stringify(queue.sent);
    expect(queue.sent.length).toBeGreaterThan(5);
    for (const private_ of ["79123456789", "Hello", "sandbox:reject", "token"])
      expect(sent).not.toContain(private_);
    for (const { body } of queue.sent) {
      expect(Object.keys(body as object).sort()).toEqual(["delivery_id", "shard", "tenant_id", "type"]);
    }
  });
});
