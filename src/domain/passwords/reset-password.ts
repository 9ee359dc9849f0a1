import { notFound } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { hashToken } from "../../lib/crypto/hash-token.ts";
import { hashPassword } from "../../lib/crypto/password.ts";
import type { PlatformContext } from "../context.ts";
import { beginSaga, runSaga } from "../sagas/run-saga.ts";
import { throttle } from "../sessions/throttle.ts";
import { checkPassword } from "./check-password.ts";

/**
 * Sets the password of whoever has got the link, and ends all their sessions. A link is good once.
 * @throws AppError `not_found` (unknown, used or expired), `invalid_input`, `too_many_requests`.
 */
export async function resetPassword(
  platform: PlatformContext,
  input: { readonly token: string; readonly newPassword: string; readonly address: string },
): Promise<void> {
  const { directory } = platform;
  const { accounts, passwordResets } = directory;
  const resetHash = await hashToken(input.token);
  const limit = await throttle(platform, "password_reset_confirm", resetHash, input.address);
  const [perAccount, perAddress, reset] = await directory.read([
    ...limit.reads,
    passwordResets.find(resetHash),
  ]);
  limit.check(perAccount, perAddress);
  if (!reset || reset.expiresAt <= timestamp(platform.clock)) throw notFound("password_reset");
  checkPassword("new_password", input.newPassword, reset.email);

  const { accountId: memberId, shard, tenantId } = reset;
  const passwordHash = await hashPassword(input.newPassword);
  const { saga, write } = beginSaga(platform, "set_password", {
    shard,
    tenantId,
    memberId,
    passwordHash,
    proof: { resetHash },
    keptSessionId: null,
    mailId: platform.newId(),
  });
  await directory.commit([write]);
  await runSaga(platform, saga);
  // The member was removed or deactivated meanwhile, or somebody else with the same link was quicker.
  const [stored] = await directory.read([accounts.findPasswordHash(memberId)]);
  if (stored !== passwordHash) throw notFound("password_reset");
}
