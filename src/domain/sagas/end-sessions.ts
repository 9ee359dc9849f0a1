import { timestamp } from "../../lib/clock.ts";
import type { Saga } from "./saga.ts";

/** All sessions of a member: the shard first, so that access tokens die at once; then the refresh tokens. */
export const endSessions: Saga<{
  readonly shard: string;
  readonly tenantId: string;
  readonly memberId: string;
}> = {
  async run(platform, { shard, tenantId, memberId }) {
    const { storage } = platform.openTenant(shard, tenantId);
    const now = timestamp(platform.clock);
    await storage.commit([storage.sessions.revokeAllOf(memberId, now)]);
    return [platform.directory.refreshFamilies.revokeAllOf(memberId, now)];
  },
};
