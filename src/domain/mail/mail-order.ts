/**
 * A mail that is to be sent, as the outbox keeps it: whom and what it is about, never its text. Links are made when it
 * goes out, so no token stands in the database in the clear.
 */
export type MailOrder = {
  /** The provider's idempotency key. */
  readonly id: string;
  /** Nobody needs the mail any more after this moment. */
  readonly until: string;
  /** Whose company it is about. */
  readonly shard: string;
  readonly tenantId: string;
} & (
  | { readonly mail: "invitation"; readonly memberId: string; readonly expiresAt: string }
  /** To the owner of an account elsewhere, whom the company has tried to add. */
  | { readonly mail: "account_elsewhere"; readonly email: string }
  | { readonly mail: "password_reset"; readonly memberId: string; readonly requestedAt: string }
  | { readonly mail: "password_changed"; readonly memberId: string }
);
