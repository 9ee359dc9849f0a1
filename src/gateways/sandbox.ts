import type { CredentialsOf } from "../domain/messaging/credentials.ts";
import { fieldsOf, idOf } from "./foreign-json.ts";
import type {
  MessageSender,
  ProviderOptions,
  SenderCapabilities,
  SendOutcome,
  WebhookEvent,
} from "./message-sender.ts";

export const SANDBOX_CAPABILITIES: SenderCapabilities = {
  // Its id is made of the reference, so asking twice is one message.
  clientRef: true,
  dedupe: "key",
  lookup: "none",
  perSenderConcurrency: 10,
};

const STATUSES = new Map<unknown, WebhookEvent["status"]>([
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["failed", "failed"],
]);

/**
 * A provider that needs no account and sends nothing: what it would have sent is the delivery itself.
 *
 * A body that begins with one of these ends the call differently, so that clients can try every case:
 * `[sandbox:reject]`, `[sandbox:throttle]`, `[sandbox:block]`, `[sandbox:unknown]`.
 * Its webhook takes `{"message_id": "…", "status": "sent" | "delivered" | "read" | "failed"}`.
 */
export function createSandboxSender(
  _credentials: CredentialsOf<"sandbox">,
  { clock }: Pick<ProviderOptions, "clock">,
): MessageSender {
  return {
    capabilities: SANDBOX_CAPABILITIES,

    async send({ reference, body }) {
      return simulated(body) ?? { kind: "accepted", providerMessageId: `sandbox-${reference}` };
    },

    parseWebhook({ body }) {
      const fields = fieldsOf(body);
      const id = idOf(fields.message_id);
      const known = STATUSES.get(fields.status);
      if (!id || !known) return [];
      const event: WebhookEvent = {
        eventKey: `${id}:${known}`,
        providerMessageId: id,
        status: known,
        occurredAt: clock.now().toISOString(),
      };
      if (known !== "failed") return [event];
      return [{ ...event, error: { code: "undelivered", detail: "The sandbox was told to fail." } }];
    },
  };
}

function simulated(body: string): SendOutcome | undefined {
  switch (/^\[sandbox:(\w+)\]/.exec(body)?.[1]) {
    case "reject":
      return { kind: "rejected", code: "provider_rejected", detail: "The sandbox was told to reject." };
    case "throttle":
      return { kind: "throttled", retryAfterSeconds: 1 };
    case "block":
      return {
        kind: "blocked",
        scope: "sender",
        code: "sender_banned",
        detail: "The sandbox was told to block the sender.",
      };
    case "unknown":
      return { kind: "unknown", cause: "timeout", detail: "The sandbox was told to lose its answer." };
    default:
      return undefined;
  }
}
