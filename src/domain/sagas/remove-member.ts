import { timestamp } from "../../lib/clock.ts";
import type { Saga } from "./saga.ts";

/** The shard has decided: once the member is gone there, the account and its refresh tokens go, too. */
export const removeMember: Saga<{
  readonly shard: string;
  readonly tenantId: string;
  readonly memberId: string;
}> = {
  async run(platform, { shard, tenantId, memberId }) {
    const { storage } = platform.openTenant(shard, tenantId);
    const [stillThere] = await storage.read([storage.members.find(memberId)]);
    if (stillThere) return [];
    const { accounts, refreshFamilies } = platform.directory;
    return [refreshFamilies.revokeAllOf(memberId, timestamp(platform.clock)), ...accounts.delete(memberId)];
  },
};
