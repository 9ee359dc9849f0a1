import { fieldsOf, idOf } from "./foreign-json.ts";
import type { SendOutcome } from "./message-sender.ts";
import { firstWords, tidyWords } from "./provider-words.ts";
import { parseRetryAfter } from "./retry-after.ts";

export interface WappiAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

interface Context {
  readonly now: Date;
  /** Taken out of the provider's words, should it repeat what we sent. */
  readonly secret: string;
}

/** Statuses that say that the request was read and refused; of any other 4xx we cannot be sure. */
const REFUSED = new Set([400, 404, 405, 406, 410, 411, 413, 414, 415, 422]);

/** A refusal in these words may have come after the message went out. */
const UNSURE = /time[d -]*out|тайм-?аут|время ожидания/iu;

/** Words of a refusal that mean the profile and not the message. */
const PROFILE_TROUBLE: readonly (readonly [code: string, words: RegExp])[] = [
  ["sender_banned", /\bban(?:ned)?\b|(?<!\p{L})бан(?!\p{L})|забан/iu],
  ["sender_unpaid", /\bunpaid\b|\bnot paid\b|payment required|не ?оплачен|требуется оплата/iu],
  [
    "sender_offline",
    /\boffline\b|not authori[sz]ed|unauthori[sz]ed|logged ?out|profile (?:is )?(?:not found|disabled|stopped)|не авторизован|профиль не найден|офф?лайн/iu,
  ],
];

/**
 * Sorts an answer to a send. Whatever does not provably say that nothing was sent, or that it was, is
 * `unknown`: a message sent twice is worse than a question asked.
 */
export function classifyWappiAnswer(answer: WappiAnswer, { now, secret }: Context): SendOutcome {
  const { status } = answer;
  const json = parseObject(answer.text);
  const words = json
    ? firstWords(json.detail, json.error, json.message, json.reason)
    : plainText(answer.text);
  const detail = tidyWords(redact(words ?? `HTTP ${status}`, secret));

  if (status === 429) {
    return { kind: "throttled", retryAfterSeconds: parseRetryAfter(answer.retryAfter, now) };
  }
  if (status === 401) return { kind: "blocked", scope: "account", code: "credentials_refused", detail };
  if (status === 402) return blocked("sender_unpaid", detail);
  if (status === 403) return blocked(troubleIn(detail) ?? "credentials_refused", detail);
  if (REFUSED.has(status)) return refusal(detail);
  if (status >= 500) return { kind: "unknown", cause: "provider_failed", detail };
  if (status < 200 || status > 299) return { kind: "unknown", cause: "unexpected_answer", detail };
  if (!json) return { kind: "unknown", cause: "unreadable_answer", detail };
  return classifyJson(json, detail);
}

function classifyJson(json: Readonly<Record<string, unknown>>, detail: string): SendOutcome {
  const providerMessageId = idOf(json.message_id);
  const taskId = idOf(json.task_id);
  if (json.status === "done" && (providerMessageId ?? taskId)) {
    return { kind: "accepted", providerMessageId, taskId };
  }
  if (json.status === "error" && !providerMessageId) return refusal(detail);
  return { kind: "unknown", cause: "unexpected_answer", detail };
}

function refusal(detail: string): SendOutcome {
  if (UNSURE.test(detail)) return { kind: "unknown", cause: "provider_failed", detail };
  const trouble = troubleIn(detail);
  return trouble ? blocked(trouble, detail) : { kind: "rejected", code: "provider_rejected", detail };
}

function blocked(code: string, detail: string): SendOutcome {
  return { kind: "blocked", scope: "sender", code, detail };
}

function troubleIn(detail: string): string | undefined {
  return PROFILE_TROUBLE.find(([, words]) => words.test(detail))?.[0];
}

/** Anything shorter than a real token would take letters out of ordinary words. */
function redact(words: string, secret: string): string {
  return secret.length < 8 ? words : words.replaceAll(secret, "***");
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? fieldsOf(json) : undefined;
  } catch {
    return undefined;
  }
}

/** An answer that is no JSON: shown when somebody could read it, which a web page is not. */
function plainText(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === "" || /^[{[<]/.test(trimmed) ? undefined : trimmed;
}
