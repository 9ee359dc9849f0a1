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
    const [member] = await storage.read([storage.members.find(memberId)]);
    if (!member) return [];
    const { accounts } = platform.directory;
    return [
      accounts.insertUnlessTaken({ id: memberId, email, passwordHash, tenantId, createdAt }),
      ...(invitation ? [accounts.insertInvitation({ accountId: memberId, ...invitation })] : []),
    ];
  },
};
