import type { CredentialsOf, ProviderName } from "../domain/messaging/credentials.ts";
import type { MessageSender, ProviderOptions } from "./message-sender.ts";
import { PROVIDERS } from "./providers.ts";

/** A sender's account at its provider; without credentials of its own it uses the Worker's. */
export type SenderAccount = {
  readonly [P in ProviderName]: { readonly provider: P; readonly credentials: CredentialsOf<P> | null };
}[ProviderName];

/** Outside services that the domain works with for one tenant; made by compose.ts. */
export interface Gateways {
  /** Undefined when neither the sender nor the Worker has credentials. */
  openSender(account: SenderAccount): MessageSender | undefined;
  /** Providers whose accounts must never be called twice at once. */
  readonly exclusiveProviders: readonly ProviderName[];
  /**
   * Hints to the queue that deliveries are due, now or in so many seconds. It happens in the background and
   * may fail unnoticed: whatever is due and was not picked up, the sweep finds.
   */
  nudge(deliveryIds: readonly string[], delaySeconds?: number): void;
  /** The same for a job that has something left to do. */
  nudgeJob(jobId: string, delaySeconds?: number): void;
}

/** The Worker's own credentials, for senders that have none. */
export type OwnCredentials = { readonly [P in ProviderName]: CredentialsOf<P> | undefined };

export const EXCLUSIVE_PROVIDERS = (Object.keys(PROVIDERS) as ProviderName[]).filter(
  (name) => PROVIDERS[name].capabilities.perSenderConcurrency === 1,
);

export function openSender(
  account: SenderAccount,
  own: OwnCredentials,
  options: ProviderOptions,
): MessageSender | undefined {
  // Each provider gets its own kind of credentials; the union of all of them is more than the compiler can follow.
  const create = PROVIDERS[account.provider].create as (
    credentials: SenderAccount["credentials"],
    options: ProviderOptions,
  ) => MessageSender;
  const credentials = account.credentials ?? own[account.provider];
  return credentials === undefined ? undefined : create(credentials, options);
}
