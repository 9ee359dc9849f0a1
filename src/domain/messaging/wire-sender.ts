import type { SenderRow, SenderStatus } from "../../storage/senders.ts";
import type { Access } from "../access/access.ts";
import { authorize, grantedScope } from "../access/authorize.ts";
import type { Facts } from "../audit/audit-row.ts";
import type { TenantContext } from "../context.ts";
import type { ProviderName } from "./credentials.ts";
import { wireError } from "./delivery-errors.ts";
import { webhookSecret } from "./webhook-address.ts";

/** A sender as everybody sees it who may send; credentials never leave the server. */
export type WireSender = {
  id: string;
  name: string;
  provider: ProviderName;
  status: SenderStatus;
};

/** A sender as whoever manages senders sees it. */
export type ManagedSender = WireSender & {
  /** Why its provider does not send; null while it does. */
  status_reason: { code: string; detail: string } | null;
  rate_per_minute: number;
  /** False where the Worker's own credentials are used. */
  has_credentials: boolean;
  created_at: string;
  updated_at: string;
};

export function wireSender({ id, name, provider, status }: SenderRow): WireSender {
  return { id, name, provider, status };
}

export function managedSender(sender: SenderRow, locale: "ru" | "en"): ManagedSender {
  const { statusReason, statusDetail } = sender;
  return {
    ...wireSender(sender),
    status_reason: statusReason === null ? null : wireError(statusReason, statusDetail, locale),
    rate_per_minute: sender.ratePerMinute,
    has_credentials: sender.credentials !== null,
    created_at: sender.createdAt,
    updated_at: sender.updatedAt,
  };
}

/** A sender as the audit log shows it: whether it has credentials, never which. */
export function senderFacts({ name, provider, status, ratePerMinute, credentials }: SenderRow): Facts {
  return {
    name,
    provider,
    status,
    rate_per_minute: ratePerMinute,
    has_credentials: credentials !== null,
  };
}

/** Adds the address that the provider should report to. It is as good as a password for that. */
export async function withWebhook<Sender extends WireSender>(
  ctx: TenantContext,
  sender: Sender,
): Promise<Sender & { webhook_url: string }> {
  const { shard, tenantId } = ctx;
  const secret = await webhookSecret(ctx.secretKey, { shard, tenantId, senderId: sender.id });
  return { ...sender, webhook_url: `/hooks/${sender.provider}/${secret}` };
}

/** What the caller may see of senders. @throws AppError `forbidden` for who neither manages them nor sends. */
export function authorizeSenders(access: Access): "managed" | "plain" {
  if (grantedScope(access, "senders", "manage")) return "managed";
  authorize(access, "messages", "send");
  return "plain";
}
