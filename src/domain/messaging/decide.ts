import type { BlockScope, SendOutcome } from "../../gateways/message-sender.ts";
import type { DeliveryStatus } from "./delivery-status.ts";

/** How long a claim holds; three times what a call may take, so that a slow caller still owns its delivery. */
export const LEASE_SECONDS = 45;

/** How long a provider may take to answer. */
export const PROVIDER_TIMEOUT_SECONDS = 15;

/** Calls to the provider before a delivery fails; they are counted in the database, not by the queue. */
export const MAX_ATTEMPTS = 5;

const THROTTLED_SECONDS = 5;
const BLOCKED_SECONDS = 60;
const MAX_WAIT_SECONDS = 3600;

export interface Decision {
  readonly status: DeliveryStatus;
  /** When it may be claimed (again), RFC 3339; null when there is nothing more to do by itself. */
  readonly dueAt: string | null;
  readonly error: { readonly code: string; readonly detail: string } | null;
  /** The sender can do no more until somebody acts: pause it, with this as the reason. */
  readonly pauseSender?: { readonly scope: BlockScope; readonly code: string; readonly detail: string };
}

/**
 * What becomes of a delivery after a call. Tried again is only what provably did nothing, at most
 * `MAX_ATTEMPTS` times; `attempts` counts this call too.
 */
export function decideAfterCall(outcome: SendOutcome, attempts: number, now: Date): Decision {
  switch (outcome.kind) {
    case "accepted":
      return { status: "sent", dueAt: null, error: null };
    case "rejected":
      return { status: "failed", dueAt: null, error: { code: outcome.code, detail: outcome.detail } };
    case "throttled": {
      const wait = Math.max(outcome.retryAfterSeconds, backoff(THROTTLED_SECONDS, attempts));
      return tryAgain({ code: "provider_throttled", detail: "" }, attempts, now, wait);
    }
    case "blocked": {
      const { scope, code, detail } = outcome;
      const decision = tryAgain({ code, detail }, attempts, now, backoff(BLOCKED_SECONDS, attempts));
      return { ...decision, pauseSender: { scope, code, detail } };
    }
    case "unknown":
      return { status: "unknown", dueAt: null, error: { code: outcome.cause, detail: outcome.detail } };
  }
}

/**
 * What becomes of a delivery whose lease ran out: claimed but not called, it goes back; called, nobody
 * knows, and it is never sent again by itself. Undefined for one that nobody was working on.
 */
export function decideExpired(status: DeliveryStatus, now: Date): Decision | undefined {
  if (status === "queued") return { status: "queued", dueAt: now.toISOString(), error: null };
  if (status === "calling") {
    return { status: "unknown", dueAt: null, error: { code: "call_interrupted", detail: "" } };
  }
  return undefined;
}

function tryAgain(
  error: { readonly code: string; readonly detail: string },
  attempts: number,
  now: Date,
  waitSeconds: number,
): Decision {
  if (attempts >= MAX_ATTEMPTS) return { status: "failed", dueAt: null, error };
  const wait = Math.min(waitSeconds, MAX_WAIT_SECONDS);
  return { status: "queued", dueAt: new Date(now.getTime() + wait * 1000).toISOString(), error };
}

function backoff(seconds: number, attempts: number): number {
  return seconds * 2 ** (attempts - 1);
}
