import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TenantContext } from "../../../src/domain/context.ts";
import { sendDelivery } from "../../../src/domain/messaging/send-delivery.ts";
import { sweepDeliveries } from "../../../src/domain/messaging/sweep-deliveries.ts";
import { AppError } from "../../../src/errors.ts";
import type { SendOutcome } from "../../../src/gateways/message-sender.ts";
import { makeHeldQueue } from "../../support/held-queue.ts";
import { type Desk, openDesk, withClock } from "../../support/messaging.ts";
import { proof } from "../../support/proof.ts";
import { makeWorld } from "../../support/world.ts";

const world = makeWorld({ queue: makeHeldQueue() });

class Killed extends Error {}

/** What goes wrong at one of the commits of the send path (claim, mark, settle), counted from 0. */
const fault = fc.record({
  at: fc.nat(3),
  kind: fc.constantFrom(
    "refused", // D1 is out of reach and nothing is written
    "reply_lost", // it is written, and nobody is told
    "killed_before",
    "killed_after",
    "outlives_lease",
    "redelivered", // the same queue message is handled by somebody else at this very moment
  ),
});

/** How the provider takes a call: what it did, and what it says. */
const play = fc.constantFrom(
  "accepted",
  "accepted_without_answer",
  "absent",
  "throttled",
  "accepted_and_killed",
  "absent_and_killed",
  "accepted_after_lease",
);

const step = fc.oneof(
  fc.record({ kind: fc.constant("send" as const), faults: fc.array(fault, { maxLength: 2 }), play }),
  fc.record({ kind: fc.constant("pass" as const), seconds: fc.constantFrom(1, 20, 46, 120) }),
  fc.record({ kind: fc.constant("sweep" as const) }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Send = Extract<Step, { kind: "send" }>;

interface Run {
  readonly desk: Desk;
  readonly id: string;
  /** Messages that reached the recipient. */
  delivered: number;
  /** Calls to the provider that ended without a definite answer that we could have kept. */
  ambiguous: number;
}

function faultyContext(run: Run, { faults, play }: Send): TenantContext {
  const { desk } = run;
  const { storage } = desk.ctx;
  let commits = 0;
  let isDead = false;
  /** Between the mark and the settling, both as they stand in the database. */
  let isCalling = false;

  const die = (): never => {
    isDead = true;
    if (isCalling) run.ambiguous += 1;
    throw new Killed();
  };
  const commit = async (...batch: Parameters<typeof storage.commit>) => {
    if (isDead) throw new Killed();
    const number = commits++;
    const kinds = faults.filter(({ at }) => at === number).map(({ kind }) => kind);
    if (kinds.includes("killed_before")) die();
    if (kinds.includes("outlives_lease")) desk.clock.pass(46);
    if (kinds.includes("redelivered")) await sendDelivery(healthyContext(run, "accepted"), { id: run.id });
    if (kinds.includes("refused")) throw new AppError("unavailable");
    const answers = await storage.commit(...batch);
    const sql = batch[0][0]?.sql ?? "";
    if (sql.includes("SET status = 'calling'")) isCalling = answers[0] !== undefined;
    if (sql.includes("SET status = ?3")) isCalling = false;
    if (kinds.includes("reply_lost")) throw new AppError("unavailable");
    if (kinds.includes("killed_after")) die();
    return answers;
  };
  return {
    ...desk.ctx,
    storage: { ...storage, commit } as typeof storage,
    gateways: {
      ...desk.ctx.gateways,
      openSender: () => ({
        ...desk.provider.sender,
        send: () => takeCall(run, play, die),
      }),
    },
  };
}

function healthyContext(run: Run, play: Send["play"]): TenantContext {
  return faultyContext(run, { kind: "send", faults: [], play });
}

async function takeCall(run: Run, play: Send["play"], die: () => never): Promise<SendOutcome> {
  if (play.startsWith("accepted")) run.delivered += 1;
  switch (play) {
    case "accepted_and_killed":
    case "absent_and_killed":
      return die();
    case "absent":
    case "accepted_without_answer":
      run.ambiguous += 1;
      return { kind: "unknown", cause: "connection_lost", detail: "" };
    case "throttled":
      return { kind: "throttled", retryAfterSeconds: 1 };
    case "accepted_after_lease":
      run.desk.clock.pass(46);
      await sweepDeliveries(withClock(world.platform, run.desk.clock), run.desk.tenant.shard);
      return { kind: "accepted", providerMessageId: `m-${run.id}` };
    default:
      return { kind: "accepted", providerMessageId: `m-${run.id}` };
  }
}

async function take(run: Run, next: Step): Promise<void> {
  const { desk } = run;
  if (next.kind === "pass") return desk.clock.pass(next.seconds);
  if (next.kind === "sweep") {
    await sweepDeliveries(withClock(world.platform, desk.clock), desk.tenant.shard);
    return;
  }
  // The consumer's part: whatever is thrown, the message is tried again later.
  await sendDelivery(faultyContext(run, next), { id: run.id }).catch((error: unknown) => {
    if (!(error instanceof Killed) && !(error instanceof AppError)) throw error;
  });
}

describe("the send path, with a fault at any await", () => {
  it("loses nothing, sends nothing twice, and says unknown only where nobody can know", async () => {
    const seed = 20_261;
    const numRuns = proof("deliveries survive faults at every await", { full: 2_000, reduced: 60 }, seed);
    const desk = await openDesk(world, { shard: "02" });
    await desk.patchSender({ rate_per_minute: 6000 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const run: Run = { desk, id: await desk.post(), delivered: 0, ambiguous: 0 };
        desk.clock.pass(3600);
        for (const next of steps) await take(run, next);
        // The world is well again: a few sweeps settle everything.
        for (let i = 0; i < 3; i++) {
          desk.clock.pass(60);
          await take(run, { kind: "sweep" });
          await sendDelivery(healthyContext(run, "accepted"), { id: run.id });
        }
        const { status } = await desk.delivery(run.id);
        expect(run.delivered).toBeLessThanOrEqual(1);
        expect(["sent", "unknown", "failed"]).toContain(status);
        if (status === "sent") expect(run.delivered).toBe(1);
        if (status === "failed") expect(run.delivered).toBe(0);
        if (status === "unknown") expect(run.ambiguous).toBeGreaterThan(0);
        if (run.ambiguous === 0) expect(status).not.toBe("unknown");
      }),
      { numRuns, seed },
    );
  });
});
