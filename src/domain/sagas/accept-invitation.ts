import { timestamp } from "../../lib/clock.ts";
import type { Saga } from "./saga.ts";

interface AcceptedInvitation {
  readonly shard: string;
  readonly tenantId: string;
  readonly memberId: string;
  readonly tokenHash: string;
  readonly passwordHash: string;
  /** Null leaves the name as it is. */
  readonly fullName: string | null;
}

/**
 * The shard first: it knows whether the member has been removed meanwhile. Then the account gets its password,
 * from whoever comes first, and the invitation is used up.
 */
export const acceptInvitation: Saga<AcceptedInvitation> = {
  async run(platform, { shard, tenantId, memberId, tokenHash, passwordHash, fullName }) {
    const { storage } = platform.openTenant(shard, tenantId);
    const now = timestamp(platform.clock);
    const [member] = await storage.commit(storage.members.activate(memberId, fullName, now), [
      storage.members.find(memberId),
    ]);
    if (!member) return [];
    const { accounts } = platform.directory;
    return [accounts.setFirstPassword(memberId, passwordHash), accounts.deleteInvitation(tokenHash)];
  },
};
