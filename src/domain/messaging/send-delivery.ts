import { AppError } from "../../errors.ts";
import type { SendOutcome } from "../../gateways/message-sender.ts";
import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import { retry } from "../../lib/retry.ts";
import type { Claim } from "../../storage/delivery-claims.ts";
import type { TenantContext } from "../context.ts";
import { type Decision, decideAfterCall, LEASE_SECONDS, PROVIDER_TIMEOUT_SECONDS } from "./decide.ts";
import { canMoveTo, type DeliveryStatus, REPORTED_AFTER_SENT } from "./delivery-status.ts";
import { openSender } from "./open-sender.ts";

/** What a call may take, and the commits around it: no call begins with less of its lease left. */
const NEEDED_SECONDS = PROVIDER_TIMEOUT_SECONDS + 5;

/** The soonest that a delivery is put off to when its sender is not free. */
const SOONEST_SECONDS = 1;

/** How late a delivery may use the moment that it was promised. */
const PROMISE_SECONDS = 30;

/** What comes due within this is begun by a delayed nudge; what comes later, by the sweep. */
const NUDGE_HORIZON_SECONDS = 60;

/**
 * Sends one delivery, if it is due and nobody else is at it: claim → mark → call → settle, each a commit of
 * its own. Safe to call any number of times, at once or one after another; the provider is called at most
 * once for each claim. When the process dies before the mark, nothing was sent and the delivery comes up
 * again; after the mark nobody can know, and the sweep says so.
 */
export async function sendDelivery(ctx: TenantContext, { id }: { readonly id: string }): Promise<void> {
  const lease = ctx.newId();
  const claim = await takeDelivery(ctx, id, lease);
  if (claim?.result === "put_off") nudgeWhenDue(ctx, id, claim.dueAt);
  if (claim?.result !== "taken") return;
  const provider = await openSender(ctx, claim.sender);
  if (!provider) return giveUp(ctx, id, lease, claim);

  const attempts = await markCalling(ctx, id, lease);
  if (attempts === undefined) return;
  const outcome = await provider.send({
    reference: id,
    to: claim.address,
    body: claim.body,
    signal: AbortSignal.timeout(PROVIDER_TIMEOUT_SECONDS * 1000),
  });
  const decision = decideAfterCall(outcome, attempts, ctx.clock.now());
  await settle(ctx, { id, lease, claim, outcome, decision });
  if (decision.status === "queued" && !decision.pauseSender) nudgeWhenDue(ctx, id, decision.dueAt);
}

async function takeDelivery(ctx: TenantContext, id: string, lease: string): Promise<Claim | undefined> {
  const { storage, clock, gateways } = ctx;
  const { writes, outcome } = storage.deliveryClaims.claim({
    id,
    lease,
    now: timestamp(clock),
    until: secondsFromNow(clock, LEASE_SECONDS),
    later: secondsFromNow(clock, SOONEST_SECONDS),
    lapsed: secondsFromNow(clock, -PROMISE_SECONDS),
    exclusiveProviders: gateways.exclusiveProviders,
  });
  const [claim] = await storage.commit(writes, [outcome]);
  return claim;
}

/** Answers the number of this attempt; undefined when the call must not be made any more. */
function markCalling(ctx: TenantContext, id: string, lease: string): Promise<number | undefined> {
  const { storage, clock } = ctx;
  return persist(async () => {
    const needed = secondsFromNow(clock, NEEDED_SECONDS);
    const { writes, outcome } = storage.deliveryClaims.mark(id, lease, timestamp(clock), needed);
    const [attempts] = await storage.commit(writes, [outcome]);
    return attempts;
  });
}

/** Without credentials that can be read there is nobody to call: the sender waits for somebody to enter them. */
async function giveUp(ctx: TenantContext, id: string, lease: string, { sender }: Claim): Promise<void> {
  const { senders, deliveryClaims } = ctx.storage;
  const now = timestamp(ctx.clock);
  await ctx.storage.commit([
    senders.block({
      id: sender.id,
      wholeAccount: false,
      reason: "credentials_unreadable",
      detail: "",
      occurredAt: now,
      at: now,
    }),
    senders.release(sender.id, lease),
    deliveryClaims.giveUp(id, lease),
  ]);
}

async function settle(
  ctx: TenantContext,
  call: {
    readonly id: string;
    readonly lease: string;
    readonly claim: Claim;
    readonly outcome: SendOutcome;
    readonly decision: Decision;
  },
): Promise<void> {
  const { id, lease, claim, outcome, decision } = call;
  const { senders, deliveryClaims } = ctx.storage;
  const { sender } = claim;
  const now = timestamp(ctx.clock);
  const providerMessageId = (outcome.kind === "accepted" && outcome.providerMessageId) || null;
  const taskId = (outcome.kind === "accepted" && outcome.taskId) || null;
  // An answer that comes after the lease ran out still counts where it is knowledge, for nobody called since.
  const from: DeliveryStatus[] = canMoveTo("unknown", decision.status) ? ["calling", "unknown"] : ["calling"];
  const { pauseSender } = decision;
  const writes = [
    deliveryClaims.settle({ id, lease, from, decision, providerMessageId, taskId, now }),
    ...(decision.status === "sent"
      ? [
          deliveryClaims.applyEarlyReports({
            id,
            senderId: sender.id,
            providerMessageId,
            taskId,
            ranking: REPORTED_AFTER_SENT,
            now,
          }),
        ]
      : []),
    ...(ctx.gateways.exclusiveProviders.includes(sender.provider) ? [senders.release(sender.id, lease)] : []),
    ...(pauseSender
      ? [
          senders.block({
            id: sender.id,
            wholeAccount: pauseSender.scope === "account",
            reason: pauseSender.code,
            detail: pauseSender.detail,
            occurredAt: now,
            at: now,
          }),
        ]
      : []),
  ];
  await persist(() => ctx.storage.commit(writes));
}

/** A commit that changes nothing when it is made twice, made again while D1 is out of reach. */
function persist<T>(commit: () => Promise<T>): Promise<T> {
  const isPassing = (error: unknown) => error instanceof AppError && error.code === "unavailable";
  return retry(commit, { attempts: 5, firstDelay: 200, isPassing });
}

function nudgeWhenDue({ gateways, clock }: TenantContext, id: string, dueAt: string | null): void {
  if (dueAt === null) return;
  const seconds = Math.ceil((Date.parse(dueAt) - clock.now().getTime()) / 1000);
  if (seconds > 0 && seconds <= NUDGE_HORIZON_SECONDS) gateways.nudge([id], seconds);
}
