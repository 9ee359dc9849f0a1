import { timestamp } from "../../lib/clock.ts";
import type { Saga } from "./saga.ts";

/** The shard first, so that access tokens die at once; then the refresh tokens. */
export const endSession: Saga<{
  readonly shard: string;
  readonly tenantId: string;
  readonly sessionId: string;
}> = {
  async run(platform, { shard, tenantId, sessionId }) {
    const { storage } = platform.openTenant(shard, tenantId);
    const now = timestamp(platform.clock);
    await storage.commit([storage.sessions.revoke(sessionId, now)]);
    return [platform.directory.refreshFamilies.revoke(sessionId, now)];
  },
};
