export const DELIVERY_STATUSES = [
  "queued",
  "calling",
  "unknown",
  "sent",
  "failed",
  "delivered",
  "read",
  "cancelled",
  "suppressed",
] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/**
 * How much is known about a delivery; reports only ever move it up, so the order they come in does not
 * matter. `delivered` outranks `failed`: a message reported lost may still arrive, one that arrived stays.
 */
const RANK: Readonly<Record<DeliveryStatus, number>> = {
  queued: 0,
  calling: 1,
  unknown: 2,
  sent: 3,
  failed: 4,
  delivered: 5,
  read: 6,
  cancelled: 7,
  suppressed: 7,
};

/** What providers report about a message. */
export const REPORTED_STATUSES = ["sent", "delivered", "read", "failed"] as const;

export type ReportedStatus = (typeof REPORTED_STATUSES)[number];

/** Where a delivery that has not been called can go; the provider can have nothing to say about it. */
const FROM_QUEUED: ReadonlySet<DeliveryStatus> = new Set(["calling", "failed", "cancelled", "suppressed"]);

/**
 * Whether a delivery may go from one status to another. Going back to `queued` is no move: that is
 * `decideAfterCall` undoing a call that provably did nothing, and only for whoever holds its lease.
 */
export function canMoveTo(from: DeliveryStatus, to: DeliveryStatus): boolean {
  if (from === "queued") return FROM_QUEUED.has(to);
  return RANK[to] > RANK[from] && to !== "cancelled" && to !== "suppressed";
}

/** The statuses from which a report may move a delivery. */
export function movableTo(to: DeliveryStatus): DeliveryStatus[] {
  return DELIVERY_STATUSES.filter((from) => canMoveTo(from, to));
}

/** What can be reported of a message that is known to be sent, least first. */
export const REPORTED_AFTER_SENT: readonly ReportedStatus[] = REPORTED_STATUSES.filter((status) =>
  canMoveTo("sent", status),
).sort((a, b) => RANK[a] - RANK[b]);
