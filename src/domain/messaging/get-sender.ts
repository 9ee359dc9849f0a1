import { notFound } from "../../errors.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { authorizeSenders, managedSender, type WireSender, wireSender, withWebhook } from "./wire-sender.ts";

/** @throws AppError `forbidden`, `not_found`. */
export async function getSender(ctx: TenantContext, { id }: { readonly id: string }): Promise<WireSender> {
  const { access, loaded } = await enter(ctx, ctx.storage.senders.find(id));
  const [sender] = loaded;
  const sight = authorizeSenders(access);
  if (!sender) throw notFound("sender");
  if (sight === "plain") return wireSender(sender);
  return withWebhook(ctx, managedSender(sender, access.tenant.locale));
}
