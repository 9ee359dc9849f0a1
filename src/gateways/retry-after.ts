const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 3600;
const HTTP_DATE = /^[A-Z][a-z]{2}/;

/** Seconds to wait by a Retry-After header (RFC 9110 §10.2.3: seconds or a date): 1 to 3600, 60 if it says nothing. */
export function parseRetryAfter(header: string | null, now: Date): number {
  const seconds = secondsOf(header?.trim() ?? "", now);
  return Number.isNaN(seconds) ? DEFAULT_SECONDS : Math.min(Math.max(Math.ceil(seconds), 1), MAX_SECONDS);
}

function secondsOf(text: string, now: Date): number {
  if (/^\d+$/.test(text)) return Number(text);
  return HTTP_DATE.test(text) ? (Date.parse(text) - now.getTime()) / 1000 : Number.NaN;
}
