import type { Clock } from "../lib/clock.ts";

/** What a provider can do, which decides how much can be known after a call whose answer was lost. */
export interface SenderCapabilities {
  /** It keeps a reference of ours and tells it back. */
  readonly clientRef: boolean;
  /** Whether it drops a repeated request by itself: by our key, or when it looks the same within a while. */
  readonly dedupe: "none" | "key" | "window";
  /** How a message can be asked for when its answer was lost. */
  readonly lookup: "none" | "reference" | "history";
  /** How many calls it can take at once from one sender without mixing its answers up. */
  readonly perSenderConcurrency: number;
}

export interface OutgoingMessage {
  /** The delivery's id. */
  readonly reference: string;
  /** E.164: `+79115576362`. */
  readonly to: string;
  readonly body: string;
}

/** Words to show: `code` is stable and ours, `detail` the provider's own, at most 500 characters, or empty. */
export interface ProviderError {
  readonly code: string;
  readonly detail: string;
}

/**
 * What is known after a call. Only `throttled` and `blocked` may be tried again: the provider did provably
 * nothing. `rejected` is as certain but would end the same. After `unknown` the message may have gone out.
 */
export type SendOutcome =
  | { readonly kind: "accepted"; readonly providerMessageId?: string; readonly taskId?: string }
  | ({ readonly kind: "rejected" } & ProviderError)
  | { readonly kind: "throttled"; readonly retryAfterSeconds: number }
  | ({ readonly kind: "blocked"; readonly scope: BlockScope } & ProviderError)
  | { readonly kind: "unknown"; readonly cause: UnknownCause; readonly detail: string };

/** What cannot send any more until somebody does something: one sender, or all that share its account. */
export type BlockScope = "sender" | "account";

export type UnknownCause =
  | "timeout"
  | "connection_lost"
  | "provider_failed"
  | "unreadable_answer"
  | "unexpected_answer";

export interface WebhookRequest {
  readonly headers: Headers;
  /** Parsed JSON of whatever shape. */
  readonly body: unknown;
}

/** What a provider reported about one message. */
export interface WebhookEvent {
  /** The same for a report that comes twice. */
  readonly eventKey: string;
  readonly providerMessageId?: string;
  readonly taskId?: string;
  readonly status: "sent" | "delivered" | "read" | "failed";
  /** RFC 3339 UTC. */
  readonly occurredAt: string;
  readonly error?: ProviderError;
}

/** A call whose answer is not known, as it was made. */
export interface LostCall extends OutgoingMessage {
  readonly calledAt: Date;
}

export type Reconciliation =
  | { readonly kind: "sent"; readonly providerMessageId?: string; readonly taskId?: string }
  | { readonly kind: "not_sent" }
  | { readonly kind: "unknown" };

/** One account at a provider, ready to send. */
export interface MessageSender {
  readonly capabilities: SenderCapabilities;
  /** Makes one call, and never throws: whatever happens is an outcome. The signal ends a call that takes too long. */
  send(message: OutgoingMessage & { readonly signal: AbortSignal }): Promise<SendOutcome>;
  /** What the provider reports; nothing for what is malformed or of no interest. Never throws. */
  parseWebhook(request: WebhookRequest): WebhookEvent[];
  /** Asks the provider what became of a call. Never throws. Absent where there is nothing to ask. */
  reconcile?(call: LostCall, signal: AbortSignal): Promise<Reconciliation>;
}

export interface ProviderOptions {
  readonly fetch: typeof fetch;
  /** Where the provider's API is; set by the operator, never by a tenant. Providers that call nobody ignore it. */
  readonly baseUrl: string;
  readonly clock: Clock;
}
