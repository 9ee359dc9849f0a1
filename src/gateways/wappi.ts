import type { CredentialsOf } from "../domain/messaging/credentials.ts";
import type { MessageSender, ProviderOptions, SenderCapabilities, SendOutcome } from "./message-sender.ts";
import { readText } from "./read-text.ts";
import { classifyWappiAnswer } from "./wappi-answer.ts";
import { parseWappiWebhook } from "./wappi-webhook.ts";

const E164 = /^\+([1-9]\d{6,14})$/;
const MAX_ANSWER_BYTES = 20_000;

export const WAPPI_CAPABILITIES: SenderCapabilities = {
  clientRef: false,
  dedupe: "none",
  lookup: "none",
  // An integrator saw answers cross when a profile was called concurrently.
  perSenderConcurrency: 1,
};

/**
 * WhatsApp through Wappi.pro: `POST /api/sync/message/send`, so that what has not been called yet can still
 * be paused and cancelled here. It takes no key or reference of ours: after a lost answer nobody can tell.
 *
 * Source: the vendor's documentation of the WhatsApp API as of 2026-07-12; error bodies are undocumented.
 */
export function createWappiSender(
  credentials: CredentialsOf<"wappi">,
  { fetch, baseUrl, clock }: ProviderOptions,
): MessageSender {
  const query = new URLSearchParams({ profile_id: credentials.profile_id });
  const sendUrl = `${baseUrl.replace(/\/+$/, "")}/api/sync/message/send?${query}`;

  return {
    capabilities: WAPPI_CAPABILITIES,

    async send({ to, body, signal }) {
      const recipient = E164.exec(to)?.[1];
      if (!recipient) return { kind: "rejected", code: "invalid_recipient", detail: "" };
      let response: Response;
      try {
        response = await fetch(sendUrl, {
          method: "POST",
          headers: { authorization: credentials.token, "content-type": "application/json" },
          body: JSON.stringify({ recipient, body }),
          redirect: "manual",
          signal,
        });
      } catch {
        // workerd says the same of a refused connection and of one that broke after the request was sent.
        return lost(signal);
      }
      const text = await readText(response, MAX_ANSWER_BYTES).catch(() => undefined);
      if (text === undefined && response.ok) return lost(signal);
      return classifyWappiAnswer(
        { status: response.status, retryAfter: response.headers.get("retry-after"), text: text ?? "" },
        { now: clock.now(), secret: credentials.token },
      );
    },

    parseWebhook: ({ body }) => parseWappiWebhook(body, credentials.profile_id, clock),
  };
}

function lost(signal: AbortSignal): SendOutcome {
  return { kind: "unknown", cause: signal.aborted ? "timeout" : "connection_lost", detail: "" };
}
