import { notFound } from "../../errors.ts";
import type { WebhookEvent } from "../../gateways/message-sender.ts";
import { timestamp } from "../../lib/clock.ts";
import type { Write } from "../../storage/database.ts";
import type { PlatformContext, TenantContext } from "../context.ts";
import { movableTo } from "./delivery-status.ts";
import { openSender } from "./open-sender.ts";
import { openWebhookSecret } from "./webhook-address.ts";

export interface Webhook {
  readonly provider: string;
  readonly secret: string;
  readonly headers: Headers;
  /** Parsed JSON of whatever shape. */
  readonly body: unknown;
}

/** How many reports go into one commit. */
const AT_ONCE = 30;

/**
 * Takes a provider's reports about messages. They may come twice, in any order, and before the answer to our
 * own call: statuses only move forward, and what cannot be matched yet is kept.
 * @throws AppError `not_found` for an address that is not ours, whatever it looks like.
 */
export async function receiveWebhook(platform: PlatformContext, webhook: Webhook): Promise<void> {
  const target = await openWebhookSecret(platform.secretKey, webhook.secret);
  if (!target || !platform.shards.includes(target.shard)) throw notFound("route");
  const ctx = platform.openTenant(target.shard, target.tenantId);
  const [sender] = await ctx.storage.read([ctx.storage.senders.find(target.senderId)]);
  if (sender?.provider !== webhook.provider) throw notFound("route");
  const provider = await openSender(ctx, sender);
  const events = provider?.parseWebhook({ headers: webhook.headers, body: webhook.body }) ?? [];
  for (let i = 0; i < events.length; i += AT_ONCE) {
    await ctx.storage.commit(
      events.slice(i, i + AT_ONCE).flatMap((event) => applyEvent(ctx, sender.id, event)),
    );
  }
}

function applyEvent({ storage, clock }: TenantContext, senderId: string, event: WebhookEvent): Write[] {
  const now = timestamp(clock);
  const { error, status, occurredAt } = event;
  const report = {
    senderId,
    eventKey: event.eventKey,
    providerMessageId: event.providerMessageId ?? null,
    taskId: event.taskId ?? null,
    status,
    errorCode: error?.code ?? null,
    errorDetail: error?.detail ?? null,
    occurredAt,
  };
  const writes = storage.providerEvents.apply(report, movableTo(status), now);
  if (error?.code !== "sender_banned") return writes;
  const { code: reason, detail } = error;
  return [
    ...writes,
    storage.senders.block({ id: senderId, wholeAccount: false, reason, detail, occurredAt, at: now }),
  ];
}
