import { AppError, invalidInput } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { hashPassword, verifyDummyPassword, verifyPassword } from "../../lib/crypto/password.ts";
import { authorizePerson } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import type { PlatformContext } from "../context.ts";
import { enter } from "../enter.ts";
import { decideInShard } from "../sagas/decide-in-shard.ts";
import { throttle } from "../sessions/throttle.ts";
import { writeVerb } from "../write-verb.ts";
import { checkPassword } from "./check-password.ts";

interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/**
 * Changes one's own password. The session that asks goes on, all others end.
 * @param address the client's network address, for throttling.
 * @throws AppError `invalid_input` (`wrong_password`, or a bad new one), `too_many_requests`, `conflict`.
 */
export const changePassword = writeVerb(
  "change_password",
  async (ctx, input: PasswordChange, platform: PlatformContext, address: string): Promise<null> => {
    const { access } = await enter(ctx);
    const { sessionId: keptSessionId } = authorizePerson(ctx, access);
    const { id: memberId, email } = access.member;
    const { directory } = platform;
    const limit = await throttle(platform, "password", memberId, address);
    const [perAccount, perAddress, previousHash] = await directory.read([
      ...limit.reads,
      directory.accounts.findPasswordHash(memberId),
    ]);
    limit.check(perAccount, perAddress);
    const known = previousHash
      ? await verifyPassword(input.currentPassword, previousHash)
      : await verifyDummyPassword(input.currentPassword);
    if (!known || !previousHash) throw invalidInput({ path: "current_password", code: "wrong_password" });
    checkPassword("new_password", input.newPassword, email);

    const { shard, tenantId, storage } = ctx;
    const passwordHash = await hashPassword(input.newPassword);
    const proof = { previousHash };
    const mailId = ctx.newId();
    const payload = { shard, tenantId, memberId, passwordHash, proof, keptSessionId, mailId };
    await decideInShard(platform, "set_password", payload, () =>
      commit(ctx, access, {
        writes: [storage.sessions.revokeAllOf(memberId, timestamp(ctx.clock), keptSessionId)],
        result: null,
      }),
    );
    const [stored] = await directory.read([directory.accounts.findPasswordHash(memberId)]);
    // Still the one before: the sweep sees to it. Another one: a change elsewhere was quicker.
    if (stored !== passwordHash && stored !== previousHash) throw new AppError("conflict");
    return null;
  },
);
