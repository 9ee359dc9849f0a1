import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { DeliveryMessage } from "../../src/domain/messaging/delivery-message.ts";
import { sweepDeliveries } from "../../src/domain/messaging/sweep-deliveries.ts";
import worker from "../../src/worker.ts";
import { makeHeldQueue } from "../support/held-queue.ts";
import { type Desk, makeClock, openDesk, withClock } from "../support/messaging.ts";
import { damages } from "../support/tenants-to-check.ts";
import { makeWorld } from "../support/world.ts";

const queue = makeHeldQueue();
const world = makeWorld({ queue });

beforeEach(async () => {
  await env.TENANTS_01.prepare("UPDATE deliveries SET due_at = NULL").run();
});

/** Fires the cron trigger, `minute` minutes past the hour. */
async function fireCron(minute: number, bindings: Partial<Env> = {}): Promise<void> {
  const scheduledTime = Date.UTC(2026, 10, 24, 10, minute);
  const ctx = createExecutionContext();
  const controller = createScheduledController({ scheduledTime: new Date(scheduledTime), cron: "* * * * *" });
  await worker.scheduled(controller, { ...env, DELIVERIES: queue, ...bindings }, ctx);
  await waitOnExecutionContext(ctx);
}

async function insertDue(desk: Desk, amount: number, dueAt: string): Promise<void> {
  await env.TENANTS_01.prepare(
    `INSERT INTO deliveries (tenant_id, id, entity_type_id, record_id, sender_id, address, body, status,
       attempts, due_at, created_at, updated_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     SELECT ?1, printf('d-%06d', i), 'type', 'record', ?3, '+79123456789', 'Hello', 'queued', 0, ?4, ?4, ?4
     FROM n`,
  )
    .bind(desk.tenant.id, amount, desk.senderId, dueAt)
    .run();
}

function nudgedSince(before: number): { tenant: string; id: string; delay: number | undefined }[] {
  return queue.sent.slice(before).map(({ body, delaySeconds }) => {
    const { tenant_id, delivery_id } = body as DeliveryMessage;
    return { tenant: tenant_id, id: delivery_id, delay: delaySeconds };
  });
}

describe("the sweep of deliveries", () => {
  it("brings up what was never nudged", async () => {
    const desk = await openDesk(world);
    queue.broken = true;
    const id = await desk.post();
    queue.broken = false;
    const before = queue.sent.length;
    await fireCron(3);
    expect(nudgedSince(before)).toEqual([{ tenant: desk.tenant.id, id, delay: 0 }]);
  });

  it("takes tenants in turns, within its bounds", async () => {
    const [big, small] = [await openDesk(world), await openDesk(world)];
    await insertDue(big, 5_000, "2026-01-01T00:00:00.000Z");
    await insertDue(small, 3, "2026-02-01T00:00:00.000Z");
    const before = queue.sent.length;
    await sweepDeliveries(world.platform, "01");
    const nudged = nudgedSince(before);
    expect(nudged).toHaveLength(103);
    // Whoever waits behind somebody's thousands comes second, not last.
    expect(nudged.slice(0, 6).map(({ tenant }) => tenant)).toEqual([
      big.tenant.id,
      small.tenant.id,
      big.tenant.id,
      small.tenant.id,
      big.tenant.id,
      small.tenant.id,
    ]);
  });

  it("costs a few rows for each company with something to send, however much it is", async () => {
    const desks = [await openDesk(world), await openDesk(world), await openDesk(world)];
    for (const desk of desks) await insertDue(desk, 2_000, "9999-12-31T00:00:00.000Z");
    await insertDue(await openDesk(world), 2_000, "2026-01-01T00:00:00.000Z");
    const shard = world.platform.openShard("01");
    const now = new Date().toISOString();
    const { sql, params } = shard.dueDeliveries({ now, until: now, perTenant: 100, total: 1_000 });
    const { meta, results } = await env.TENANTS_01.prepare(sql)
      .bind(...params)
      .run();
    expect(results).toHaveLength(100);
    expect(meta.rows_read).toBeLessThan(1_200);

    const { sql: deletion } = shard.deleteOlder("idempotencyKeys", "");
    const deleted = await env.TENANTS_01.prepare(deletion).bind("2000-01-01").run();
    const companies = await env.TENANTS_01.prepare(
      "SELECT count(DISTINCT tenant_id) AS n FROM idempotency_keys",
    ).first<number>("n");
    expect(deleted.meta.rows_read).toBeLessThan(30 + 4 * (companies ?? 0));
  });

  it("looks ahead, so that what comes due before the next one is not late", async () => {
    const desk = await openDesk(world);
    const clock = makeClock();
    const at = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000).toISOString();
    await insertDue(desk, 1, at(30));
    const before = queue.sent.length;
    await sweepDeliveries(withClock(world.platform, clock), "01");
    expect(nudgedSince(before)).toMatchObject([{ delay: 30 }]);
    clock.pass(-31);
    await sweepDeliveries(withClock(world.platform, clock), "01");
    expect(nudgedSince(before)).toHaveLength(1);
  });
});

describe("the schedule", () => {
  it("leaves the other jobs alone when one fails", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    const before = queue.sent.length;
    const broken = { prepare: () => ({ bind: () => ({}) }), batch: () => Promise.reject(new Error("gone")) };
    const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
    await fireCron(17, { DIRECTORY: broken as unknown as D1Database });
    await fireCron(18, { TENANTS_02: broken as unknown as D1Database });
    const failed = log.mock.calls.map(([line]) => JSON.parse(String(line)).job);
    log.mockRestore();
    expect(failed.sort()).toEqual(["resume_sagas", "sweep_deliveries", "sweep_jobs", "tidy"]);
    expect(nudgedSince(before).filter((nudge) => nudge.id === id)).toHaveLength(2);
  });

  it("deletes what has outlived its use, and nothing else", async () => {
    const desk = await openDesk(world);
    const { id: tenantId } = desk.tenant;
    damages(tenantId);
    const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const insert = async (sql: string, ...params: unknown[]) => {
      await env.TENANTS_01.prepare(sql)
        .bind(...params)
        .run();
    };
    for (const [key, age] of [
      ["old", 1.1],
      ["new", 0.9],
    ] as const) {
      await insert(
        "INSERT INTO idempotency_keys VALUES (?, 'm', ?, 'h', 'null', ?)",
        tenantId,
        key,
        ago(age),
      );
    }
    for (const [key, age] of [
      ["old", 31],
      ["new", 29],
    ] as const) {
      await insert(
        `INSERT INTO provider_events (tenant_id, sender_id, event_key, status, occurred_at, received_at)
         VALUES (?, 's', ?, 'sent', ?3, ?3)`,
        tenantId,
        key,
        ago(age),
      );
    }
    await insert(
      `INSERT INTO sessions (tenant_id, id, member_id, created_at, expires_at) VALUES (?, 'old', 'm', ?2, ?2)`,
      tenantId,
      ago(2),
    );
    await env.DIRECTORY.batch([
      env.DIRECTORY.prepare("INSERT INTO throttles VALUES ('old', 1, 1), ('new', ?, 1)").bind(
        Math.floor(Date.now() / 1000),
      ),
      env.DIRECTORY.prepare(
        `INSERT INTO refresh_families (id, account_id, token_hash, generation, rotated_at, expires_at)
         VALUES ('old', 'a', 'h', 1, ?1, ?1)`,
      ).bind(ago(2)),
      ...[2, -2].map((days) =>
        env.DIRECTORY.prepare("INSERT INTO password_resets VALUES (?, 'a', ?2, ?2)").bind(
          `${days > 0 ? "old" : "new"} link`,
          ago(days),
        ),
      ),
    ]);
    await fireCron(17);
    const left = async (d1: D1Database, sql: string) =>
      (await d1.prepare(sql).all<{ it: string }>()).results.map(({ it: name }) => name);
    const mine = `WHERE tenant_id = '${tenantId}'`;
    expect(await left(env.TENANTS_01, `SELECT key AS it FROM idempotency_keys ${mine}`)).toEqual(["new"]);
    expect(await left(env.TENANTS_01, `SELECT event_key AS it FROM provider_events ${mine}`)).toEqual([
      "new",
    ]);
    expect(await left(env.TENANTS_01, "SELECT id AS it FROM sessions WHERE id = 'old'")).toEqual([]);
    const throttles = "SELECT subject AS it FROM throttles WHERE subject IN ('old', 'new')";
    expect(await left(env.DIRECTORY, throttles)).toEqual(["new"]);
    expect(await left(env.DIRECTORY, "SELECT id AS it FROM refresh_families WHERE id = 'old'")).toEqual([]);
    const links = "SELECT token_hash AS it FROM password_resets WHERE token_hash LIKE '% link'";
    expect(await left(env.DIRECTORY, links)).toEqual(["new link"]);
    // Whoever is logged in stays so.
    expect((await desk.owner.get("/api/senders")).status).toBe(200);
  });

  it("deletes in bounded statements, and gets through many rows", async () => {
    const { id: tenantId } = await world.tenant();
    await env.TENANTS_01.prepare(
      `INSERT INTO idempotency_keys
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3500)
       SELECT ?1, 'm', 'k' || i, 'h', 'null', '2026-01-01T00:00:00.000Z' FROM n`,
    )
      .bind(tenantId)
      .run();
    const [first] = await world.platform
      .openShard("01")
      .commit([], [world.platform.openShard("01").deleteOlder("idempotencyKeys", "2026-01-02")]);
    expect(first).toBe(1_000);
    await fireCron(17);
    const row = await env.TENANTS_01.prepare("SELECT count(*) AS n FROM idempotency_keys WHERE tenant_id = ?")
      .bind(tenantId)
      .first<{ n: number }>();
    expect(row?.n).toBe(0);
  });
});
