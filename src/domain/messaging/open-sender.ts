import type { SenderAccount } from "../../gateways/index.ts";
import type { MessageSender } from "../../gateways/message-sender.ts";
import { open, seal } from "../../lib/crypto/seal.ts";
import type { SenderRow } from "../../storage/senders.ts";
import type { TenantContext } from "../context.ts";

type SealingContext = Pick<TenantContext, "secretKey" | "tenantId">;

/** Credentials as they are kept; they open for this sender of this tenant only. */
export function sealCredentials(
  { secretKey, tenantId }: SealingContext,
  senderId: string,
  credentials: Readonly<Record<string, unknown>>,
): Promise<string> {
  const text = JSON.stringify(credentials);
  return seal(secretKey, "sender-credentials", text, `${tenantId}/${senderId}`);
}

/** The sender, ready to call its provider; undefined when there are no credentials that can be read. */
export async function openSender(
  ctx: TenantContext,
  { id, provider, credentials }: Pick<SenderRow, "id" | "provider" | "credentials">,
): Promise<MessageSender | undefined> {
  if (credentials === null) return ctx.gateways.openSender({ provider, credentials: null });
  const text = await open(ctx.secretKey, "sender-credentials", credentials, `${ctx.tenantId}/${id}`);
  if (text === undefined) return undefined;
  // They were checked before they were sealed.
  return ctx.gateways.openSender({ provider, credentials: JSON.parse(text) } as SenderAccount);
}
