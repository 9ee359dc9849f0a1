import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { handleQueue } from "../../src/queues/router.ts";
import { runSchedule } from "../../src/schedules/router.ts";
import { makeHeldQueue } from "../support/held-queue.ts";
import { type RecordedBatch, recordingDatabases, tenantWallViolations } from "../support/recording-d1.ts";
import { mentionedTenantTables } from "../support/tenant-tables.ts";
import { knownTenants, makeWorld } from "../support/world.ts";

/** What work without a request has to do with the wall; requests are checked by every client of the world. */
const queue = makeHeldQueue();

/** Runs something on recorded databases, and answers its batches. */
async function record(
  run: (bindings: Env, ctx: ExecutionContext) => Promise<unknown>,
): Promise<RecordedBatch[]> {
  const batches: RecordedBatch[] = [];
  const bindings = { ...env, ...recordingDatabases((batch) => void batches.push(batch)), DELIVERIES: queue };
  const ctx = createExecutionContext();
  await run(bindings as unknown as Env, ctx);
  await waitOnExecutionContext(ctx);
  return batches;
}

/** Each batch is about one tenant, or is a declared sweep. */
async function violations(batches: readonly RecordedBatch[]): Promise<string[]> {
  const known = await knownTenants();
  return batches.flatMap((batch) => tenantWallViolations([batch], { known, sweeps: true }));
}

/** Two companies in one shard, each with a message that waits to be sent. */
async function waitingDeliveries() {
  const world = makeWorld({ queue });
  return Promise.all(
    [1, 2].map(async () => {
      const { owner, id, shard } = await world.tenant({ shard: "01" });
      const lead = await owner.post<{ id: string }>("/api/data/leads", { organization_name: "Acme" });
      const message = { to: "+79123456789", body: "Hello" };
      const { body, status } = await owner.post<{ id: string }>(
        `/api/data/leads/${lead.body.id}/messages`,
        message,
      );
      expect(status).toBe(202);
      return { type: "delivery", shard, tenant_id: id, delivery_id: body.id };
    }),
  );
}

describe("the tenant wall", () => {
  it("stands while the queue's messages are handled", async () => {
    const messages = await waitingDeliveries();
    const batch = createMessageBatch(
      "edge-crm-deliveries",
      messages.map((body, i) => ({ id: `message-${i}`, timestamp: new Date(), attempts: 1, body })),
    );
    const ctx = createExecutionContext();
    const batches = await record((bindings) => handleQueue(batch, bindings, ctx));
    const { explicitAcks } = await getQueueResult(batch, ctx);
    expect(explicitAcks).toEqual(["message-0", "message-1"]);
    expect(batches.length).toBeGreaterThan(2);
    expect(await violations(batches)).toEqual([]);
  });

  it("stands while dead letters are kept", async () => {
    const messages = await waitingDeliveries();
    const batch = createMessageBatch(
      "edge-crm-dead-letters",
      messages.map((body, i) => ({ id: `letter-${i}`, timestamp: new Date(), attempts: 1, body })),
    );
    const batches = await record((bindings, ctx) => handleQueue(batch, bindings, ctx));
    expect(batches.length).toBeGreaterThan(0);
    expect(await violations(batches)).toEqual([]);
  });

  it("stands while the schedule runs, hourly jobs included; only declared sweeps see a whole shard", async () => {
    await waitingDeliveries();
    const batches: RecordedBatch[] = [];
    for (let minute = 0; minute < 60; minute++) {
      const controller = createScheduledController({
        scheduledTime: new Date(Date.UTC(2026, 0, 1, 0, minute)),
      });
      batches.push(...(await record((bindings, ctx) => runSchedule(controller, bindings, ctx))));
    }
    const statements = batches.flatMap((batch) => batch.statements);
    expect(statements.filter(({ sql }) => mentionedTenantTables(sql).length > 0)).not.toEqual([]);
    expect(await violations(batches)).toEqual([]);
  });

  it("would show a statement that forgets the tenant, or one that is about another", async () => {
    const [mine, theirs] = ["a", "b"];
    const batch = (sql: string, ...params: string[]) => [
      { database: "TENANTS_01", statements: [{ sql, params }] },
    ];
    const wall = { tenantId: mine };
    expect(tenantWallViolations(batch("SELECT * FROM records WHERE tenant_id = ?", mine), wall)).toEqual([]);
    expect(tenantWallViolations(batch("SELECT 1"), wall)).toEqual([]);
    expect(tenantWallViolations(batch("SELECT * FROM records"), wall)).toHaveLength(1);
    expect(
      tenantWallViolations(batch("SELECT * FROM records WHERE tenant_id = ?", theirs), wall),
    ).toHaveLength(1);
    expect(tenantWallViolations(batch('INSERT INTO "guard" VALUES (?)', theirs), wall)).toHaveLength(1);
    expect(tenantWallViolations(batch("/* whole shard */ SELECT id FROM deliveries"), wall)).toHaveLength(1);
    const both = [
      ...batch("SELECT * FROM roles WHERE tenant_id = ?", mine),
      ...batch("DELETE FROM roles WHERE tenant_id = ?", theirs),
    ];
    expect(tenantWallViolations(both, { known: [mine, theirs] })).toHaveLength(2);
  });
});
