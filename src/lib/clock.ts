export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** RFC 3339 UTC with milliseconds; as text it sorts by time. */
export function timestamp(clock: Clock): string {
  return clock.now().toISOString();
}

/** The time so many seconds from now (before now when negative), as `timestamp` writes it. */
export function secondsFromNow(clock: Clock, seconds: number): string {
  return new Date(clock.now().getTime() + seconds * 1000).toISOString();
}
