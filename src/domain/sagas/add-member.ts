import { secondsFromNow } from "../../lib/clock.ts";
import type { PlatformContext } from "../context.ts";
import type { MailOrder } from "../mail/mail-order.ts";
import type { Saga } from "./saga.ts";

interface NewMember {
  readonly shard: string;
  readonly tenantId: string;
  readonly memberId: string;
  readonly email: string;
  readonly passwordHash: string | null;
  readonly invitation: { readonly tokenHash: string; readonly expiresAt: string } | null;
  readonly createdAt: string;
  /** Of the mail that tells the person. */
  readonly mailId: string;
}

/** How long the owner of an account elsewhere may still be told that somebody wanted to add them. */
const NOTICE_SECONDS = 24 * 3600;

/**
 * The shard has decided: if the member stands there, the account and a newer invitation follow; if not, nothing
 * happened. An address that has an account elsewhere keeps it, its owner is told, and nobody here can tell.
 */
export const addMember: Saga<NewMember> = {
  async run(platform, member) {
    const { shard, tenantId, memberId, email, passwordHash, invitation, createdAt } = member;
    const { storage } = platform.openTenant(shard, tenantId);
    const isThere = async () => (await storage.read([storage.members.find(memberId)]))[0] !== undefined;
    if (!(await isThere())) return [];
    const { directory } = platform;
    const { accounts } = directory;
    const [account] = await directory.commit(
      [
        accounts.deleteLeftover({ email, tenantId, memberId }),
        accounts.insertUnlessTaken({ id: memberId, email, passwordHash, tenantId, createdAt }),
        ...(invitation ? [accounts.putInvitation({ accountId: memberId, ...invitation })] : []),
      ],
      [accounts.findByEmail(email)],
    );
    // A removal that ended between the look and the commit found no account to delete.
    if (!(await isThere())) return accounts.delete(memberId);
    const mail = mailFor(platform, member, account?.id === memberId);
    return mail ? { writes: [], mail } : [];
  },
};

function mailFor(platform: PlatformContext, member: NewMember, isOurs: boolean): MailOrder | undefined {
  const { mailId: id, shard, tenantId, memberId, email, invitation } = member;
  const company = { id, shard, tenantId };
  if (!isOurs) {
    return {
      ...company,
      mail: "account_elsewhere",
      email,
      until: secondsFromNow(platform.clock, NOTICE_SECONDS),
    };
  }
  if (!invitation) return undefined;
  const { expiresAt } = invitation;
  return { ...company, mail: "invitation", memberId, expiresAt, until: expiresAt };
}
