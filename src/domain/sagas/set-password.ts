import { secondsFromNow, timestamp } from "../../lib/clock.ts";
import type { Saga } from "./saga.ts";

const NOTICE_SECONDS = 24 * 3600;

/**
 * Ends the sessions in the shard, then sets the password and ends the refresh tokens, then looks once more for sessions
 * that began with the old password in between: `logIn` writes in the opposite order, so none gets through.
 */
export const setPassword: Saga<{
  readonly shard: string;
  readonly tenantId: string;
  readonly memberId: string;
  readonly passwordHash: string;
  readonly proof: { readonly previousHash: string } | { readonly resetHash: string };
  /** The session that goes on. */
  readonly keptSessionId: string | null;
  readonly mailId: string;
}> = {
  async run(platform, { shard, tenantId, memberId, passwordHash, proof, keptSessionId, mailId }) {
    const { directory, clock } = platform;
    const { storage } = platform.openTenant(shard, tenantId);
    const { sessions, members } = storage;
    const [member] = await storage.commit(
      [sessions.revokeAllOf(memberId, timestamp(clock), keptSessionId)],
      [members.find(memberId)],
    );
    if (member?.status !== "active") return [];
    const { accounts, passwordResets, refreshFamilies } = directory;
    const [stored] = await directory.commit(
      [
        accounts.setPassword(memberId, passwordHash, proof),
        passwordResets.deleteAllOf(memberId),
        refreshFamilies.revokeAllOf(memberId, timestamp(clock), keptSessionId),
      ],
      [accounts.findPasswordHash(memberId)],
    );
    await storage.commit([sessions.revokeAllOf(memberId, timestamp(clock), keptSessionId)]);
    // Somebody else's change was quicker.
    if (stored !== passwordHash) return [];
    const until = secondsFromNow(clock, NOTICE_SECONDS);
    return { writes: [], mail: { mail: "password_changed", id: mailId, shard, tenantId, memberId, until } };
  },
};
