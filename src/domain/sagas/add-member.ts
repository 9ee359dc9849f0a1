import type { Saga } from "./saga.ts";

interface NewMember {
  readonly shard: string;
  readonly tenantId: string;
  readonly memberId: string;
  readonly email: string;
  readonly passwordHash: string | null;
  readonly invitation: { readonly tokenHash: string; readonly expiresAt: string } | null;
  readonly createdAt: string;
}

/**
 * The shard has decided: if the member stands there, the account follows; if not, nothing happened.
 * An address that has an account elsewhere keeps it, and nobody here can tell.
 */
export const addMember: Saga<NewMember> = {
  async run(platform, { shard, tenantId, memberId, email, passwordHash, invitation, createdAt }) {
    const { storage } = platform.openTenant(shard, tenantId);
    const isThere = async () => (await storage.read([storage.members.find(memberId)]))[0] !== undefined;
    if (!(await isThere())) return [];
    const { directory } = platform;
    const { accounts } = directory;
    await directory.commit([
      accounts.deleteLeftover({ email, tenantId, memberId }),
      accounts.insertUnlessTaken({ id: memberId, email, passwordHash, tenantId, createdAt }),
      ...(invitation ? [accounts.insertInvitation({ accountId: memberId, ...invitation })] : []),
    ]);
    // A removal that ended between the look and the commit found no account to delete.
    return (await isThere()) ? [] : accounts.delete(memberId);
  },
};
