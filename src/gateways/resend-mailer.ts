import { fieldsOf } from "./foreign-json.ts";
import type { Mailer, MailOutcome } from "./mailer.ts";
import { readText } from "./read-text.ts";

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 20_000;
const ERROR_NAME = /^[a-z_]{1,60}$/;

/** What is wrong with the mail itself, and would be the next time. */
const REFUSED: ReadonlySet<number> = new Set([400, 413, 422]);

/** The keys that callers of a mail provider need; `baseUrl` is the operator's choice, never a tenant's. */
export interface ResendAccount {
  readonly apiKey: string;
  readonly baseUrl: string;
  /** `CRM <crm@example.com>` */
  readonly from: string;
}

/**
 * `POST /emails` of Resend's API, which other services imitate. It drops a repeated Idempotency-Key for 24 hours, so
 * a call whose answer was lost may be made again.
 *
 * Source: Resend's API reference (send email, errors, idempotency keys) as of 2026-11.
 */
export function createResendMailer(
  account: ResendAccount,
  options: { readonly fetch: typeof fetch; readonly timeoutMs?: number },
): Mailer {
  const { fetch, timeoutMs = TIMEOUT_MS } = options;
  const url = `${account.baseUrl.replace(/\/+$/, "")}/emails`;
  return {
    async send({ id, to, subject, text, html }) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const response = await fetch(url, {
          method: "POST",
          headers: {
            authorization: `Bearer ${account.apiKey}`,
            "content-type": "application/json",
            "idempotency-key": id,
          },
          body: JSON.stringify({ from: account.from, to: [to], subject, text, html }),
          redirect: "manual",
          signal,
        });
        const answer = await readText(response, MAX_ANSWER_BYTES).catch(() => "");
        return classify(response.status, answer);
      } catch {
        return { kind: "failed", detail: signal.aborted ? "timeout" : "connection_lost" };
      }
    },
  };
}

function classify(status: number, answer: string): MailOutcome {
  if (status >= 200 && status < 300) return { kind: "accepted" };
  const detail = [status, errorName(answer)].filter(Boolean).join(" ");
  return { kind: REFUSED.has(status) ? "refused" : "failed", detail };
}

/** Resend's stable word for the error; its message may quote addresses. */
function errorName(answer: string): string | undefined {
  try {
    const { name } = fieldsOf(JSON.parse(answer));
    return typeof name === "string" && ERROR_NAME.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
