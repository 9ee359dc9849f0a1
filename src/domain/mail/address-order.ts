import type { PlatformContext } from "../context.ts";
import { invitationToken } from "../members/invitation-token.ts";
import { resetToken } from "../passwords/reset-token.ts";
import { invitationUrl, passwordResetUrl } from "./links.ts";
import type { MailOrder } from "./mail-order.ts";
import { writeMail } from "./write-mail.ts";

interface AddressedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The mail that an order asks for, in its reader's language; undefined when there is nobody to tell any more. */
export async function addressOrder(
  platform: PlatformContext,
  order: MailOrder,
): Promise<AddressedMail | undefined> {
  const { storage } = platform.openTenant(order.shard, order.tenantId);
  if (order.mail === "account_elsewhere") {
    const [[company], [account]] = await Promise.all([
      storage.read([storage.tenants.find()]),
      platform.directory.read([platform.directory.accounts.findByEmail(order.email)]),
    ]);
    if (!company || !account) return undefined;
    const { storage: theirs } = platform.openTenant(account.shard, account.tenantId);
    const [reader] = await theirs.read([theirs.tenants.find()]);
    const facts = { locale: reader?.locale ?? company.locale, company: company.name };
    return { to: order.email, ...writeMail(order.mail, facts) };
  }
  const [company, member] = await storage.read([
    storage.tenants.find(),
    storage.members.find(order.memberId),
  ]);
  const wanted = order.mail === "invitation" ? "invited" : "active";
  if (company?.state !== "active" || member?.status !== wanted) return undefined;
  const link = await linkOf(platform, order);
  const facts = { locale: company.locale, company: company.name, ...(link !== undefined && { link }) };
  return { to: member.email, ...writeMail(order.mail, facts) };
}

async function linkOf(
  { secretKey, settings }: PlatformContext,
  order: MailOrder,
): Promise<string | undefined> {
  if (order.mail === "invitation") {
    return invitationUrl(
      settings.publicUrl,
      await invitationToken(secretKey, order.memberId, order.expiresAt),
    );
  }
  if (order.mail === "password_reset") {
    return passwordResetUrl(
      settings.publicUrl,
      await resetToken(secretKey, order.memberId, order.requestedAt),
    );
  }
  return undefined;
}
