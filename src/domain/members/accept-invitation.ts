import { notFound } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { hashToken } from "../../lib/crypto/hash-token.ts";
import { hashPassword } from "../../lib/crypto/password.ts";
import type { PlatformContext } from "../context.ts";
import { checkPassword } from "../passwords/check-password.ts";
import { beginSaga, runSaga } from "../sagas/run-saga.ts";
import { throttle } from "../sessions/throttle.ts";

interface Acceptance {
  readonly token: string;
  readonly password: string;
  /** Null keeps the name that the invitation was made with. */
  readonly fullName: string | null;
  /** The client's network address, for throttling. */
  readonly address: string;
}

/**
 * Makes an invited member an active one who can log in with the password. An invitation is good once.
 * @throws AppError `not_found` (unknown, used or expired), `invalid_input`, `too_many_requests`.
 */
export async function acceptInvitation(platform: PlatformContext, input: Acceptance): Promise<void> {
  const { directory } = platform;
  const { accounts } = directory;
  const tokenHash = await hashToken(input.token);
  const limit = await throttle(platform, "invitation", tokenHash, input.address);
  const [perAccount, perAddress, invitation] = await directory.read([
    ...limit.reads,
    accounts.findInvitation(tokenHash),
  ]);
  limit.check(perAccount, perAddress);
  if (!invitation || invitation.expiresAt <= timestamp(platform.clock)) throw notFound("invitation");
  checkPassword("password", input.password, invitation.email);

  const { accountId, shard, tenantId } = invitation;
  const passwordHash = await hashPassword(input.password);
  const payload = {
    shard,
    tenantId,
    memberId: accountId,
    tokenHash,
    passwordHash,
    fullName: input.fullName,
    entryId: platform.newId(),
    address: input.address,
  };
  const { saga, write } = beginSaga(platform, "accept_invitation", payload);
  await directory.commit([write]);
  await runSaga(platform, saga);
  // The member was removed meanwhile, or somebody else with the same link was quicker.
  const [stored] = await directory.read([accounts.findPasswordHash(accountId)]);
  if (stored !== passwordHash) throw notFound("invitation");
}
