import { hashToken } from "../../lib/crypto/hash-token.ts";
import { resetToken } from "../passwords/reset-token.ts";
import type { Saga } from "./saga.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Mails a link for a new password to whoever has an account with this address. All of it happens after the answer, so
 * that nothing in the answer depends on whether there is one. At most one mail a minute for each account.
 */
export const requestPasswordReset: Saga<{
  readonly email: string;
  readonly requestedAt: string;
  readonly mailId: string;
}> = {
  async run({ directory, secretKey }, { email, requestedAt, mailId }) {
    const [account] = await directory.read([directory.accounts.findByEmail(email)]);
    if (account?.tenantState !== "active" || account.passwordHash === null) return [];
    const { id: accountId, shard, tenantId } = account;
    const tokenHash = await hashToken(await resetToken(secretKey, accountId, requestedAt));
    const expiresAt = shifted(requestedAt, HOUR_MS);
    const unlessSince = shifted(requestedAt, -MINUTE_MS);
    const { passwordResets } = directory;
    const [reset] = await directory.commit(
      [passwordResets.insert({ tokenHash, accountId, requestedAt, expiresAt, unlessSince })],
      [passwordResets.find(tokenHash)],
    );
    if (!reset) return [];
    const mail = { mail: "password_reset", id: mailId, shard, tenantId, memberId: accountId } as const;
    return { writes: [], mail: { ...mail, requestedAt, until: expiresAt } };
  },
};

function shifted(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}
