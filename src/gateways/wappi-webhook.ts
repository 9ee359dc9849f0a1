import type { Clock } from "../lib/clock.ts";
import { fieldsOf, idOf } from "./foreign-json.ts";
import type { WebhookEvent } from "./message-sender.ts";
import { firstWords, tidyWords } from "./provider-words.ts";

type Report = Readonly<Record<string, unknown>>;

interface Meaning {
  readonly status: WebhookEvent["status"];
  /** Code of the error that the status is. */
  readonly error?: string;
}

/** The documented statuses of `delivery_status`. */
const DELIVERY_STATUSES = new Map<unknown, Meaning>([
  ["pending", { status: "sent" }],
  ["delivered", { status: "delivered" }],
  ["read", { status: "read" }],
  ["undelivered", { status: "failed", error: "undelivered" }],
  ["temporary ban", { status: "failed", error: "sender_banned" }],
  ["error", { status: "failed", error: "provider_failed" }],
]);

const RFC_3339 = /^\d{4}-\d\d-\d\dT/;

/**
 * What Wappi reports about messages: `messages` is an object for `delivery_status` and an array otherwise.
 * `outgoing_message_api` ties a task to its message, so it counts as sent. All else is left alone.
 */
export function parseWappiWebhook(body: unknown, profileId: string, clock: Clock): WebhookEvent[] {
  const { messages } = fieldsOf(body);
  const reports: unknown[] = Array.isArray(messages) ? messages : [messages];
  return reports.flatMap((report) => parseReport(fieldsOf(report), profileId, clock) ?? []);
}

function parseReport(report: Report, profileId: string, clock: Clock): WebhookEvent | undefined {
  const meaning = meaningOf(report);
  const providerMessageId = idOf(report.id);
  const taskId = idOf(report.task_id);
  const id = providerMessageId ?? taskId;
  const foreign = report.profile_id !== undefined && report.profile_id !== profileId;
  if (!meaning || !id || foreign) return undefined;
  const words = firstWords(report.detail, report.error, report.reason, report.status) ?? "";
  return {
    // Without the time: a report that is sent again says the same, whenever it is sent.
    eventKey: `${id}:${report.wh_type === "delivery_status" ? report.status : "outgoing"}`,
    providerMessageId,
    taskId,
    status: meaning.status,
    occurredAt: timeOf(report) ?? clock.now().toISOString(),
    error: meaning.error === undefined ? undefined : { code: meaning.error, detail: tidyWords(words) },
  };
}

function meaningOf(report: Report): Meaning | undefined {
  if (report.wh_type === "outgoing_message_api") return { status: "sent" };
  return report.wh_type === "delivery_status" ? DELIVERY_STATUSES.get(report.status) : undefined;
}

/** The event's time in UTC, when it says one that can be true. */
function timeOf({ time, timestamp }: Report): string | undefined {
  const seconds = typeof time === "number" ? time : undefined;
  const text = typeof timestamp === "string" && RFC_3339.test(timestamp) ? timestamp : undefined;
  const date = new Date(seconds === undefined ? Date.parse(text ?? "") : seconds * 1000);
  const year = date.getUTCFullYear();
  return year >= 2000 && year < 2100 ? date.toISOString() : undefined;
}
