import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { authorizeSenders, managedSender, type WireSender, wireSender, withWebhook } from "./wire-sender.ts";

/** All senders of the tenant, by name. @throws AppError `forbidden`. */
export async function listSenders(ctx: TenantContext): Promise<WireSender[]> {
  const { access, loaded } = await enter(ctx, ctx.storage.senders.list());
  const [senders] = loaded;
  if (authorizeSenders(access) === "plain") return senders.map(wireSender);
  return Promise.all(senders.map((sender) => withWebhook(ctx, managedSender(sender, access.tenant.locale))));
}
