export interface Mail {
  /** The same for every try of one mail, so that a provider can tell a repeated call from a second mail. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * What became of a call. `refused` would end the same every time; `failed` may be tried again, and may have
 * gone out. `detail` is for the log: never an address, a text or a secret.
 */
export type MailOutcome =
  | { readonly kind: "accepted" }
  | { readonly kind: "refused"; readonly detail: string }
  | { readonly kind: "failed"; readonly detail: string };

/** Mails of the system itself: invitations, password resets. */
export interface Mailer {
  /** Makes one call, and never throws: whatever happens is an outcome. */
  send(mail: Mail): Promise<MailOutcome>;
}
