import { timestamp } from "../../lib/clock.ts";
import type { PlatformContext } from "../context.ts";
import { normaliseEmail } from "../members/email.ts";
import { beginSaga, runSagaLater } from "../sagas/run-saga.ts";
import { throttle } from "../sessions/throttle.ts";

/**
 * Has a link for a new password mailed to the address, if it has an account. Whether it has is not even looked up
 * before the answer, which is the same for every address, in time and in what it writes.
 * @throws AppError `too_many_requests`.
 */
export async function requestPasswordReset(
  platform: PlatformContext,
  input: { readonly email: string; readonly address: string },
): Promise<void> {
  const { directory } = platform;
  const email = normaliseEmail(input.email);
  const limit = await throttle(platform, "password_reset", email, input.address);
  limit.check(...(await directory.read(limit.reads)));
  const { saga, write } = beginSaga(platform, "request_password_reset", {
    email,
    requestedAt: timestamp(platform.clock),
    mailId: platform.newId(),
  });
  await directory.commit([write]);
  runSagaLater(platform, saga);
}
