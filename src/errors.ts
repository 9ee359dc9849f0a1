/**
 * Every way a request can fail, and the HTTP status it answers.
 * The codes are part of the wire: clients switch on them, so they are never renamed.
 */
export const ERROR_STATUS = {
  malformed_json: 400,
  invalid_input: 400,
  invalid_cursor: 400,
  invalid_token: 401,
  invalid_credentials: 401,
  invalid_refresh_token: 401,
  forbidden: 403,
  registration_closed: 403,
  tenant_suspended: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  email_taken: 409,
  name_taken: 409,
  not_unique: 409,
  in_use: 409,
  option_in_use: 409,
  invalid_state: 409,
  too_many: 409,
  stale_version: 412,
  body_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  query_too_expensive: 422,
  too_many_requests: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** Values that a problem's text mentions; they never carry data the caller did not send or may not see. */
export type ProblemParams = Readonly<Record<string, string | number>>;

/** One thing wrong with the input: where it stands on the wire, and a stable word for what is wrong. */
export interface Issue {
  /** Wire path such as `email`, `records[3].amount` or `filters.and[0].op`; empty for the body itself. */
  readonly path: string;
  readonly code: string;
  readonly params?: ProblemParams;
}

interface ErrorDetails {
  readonly issues?: readonly Issue[];
  readonly params?: ProblemParams;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** The one error that the domain throws on purpose; adapters translate it for their own wire. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly issues: readonly Issue[];
  readonly params: ProblemParams;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(code, { cause: details.cause });
    this.name = "AppError";
    this.code = code;
    this.issues = details.issues ?? [];
    this.params = details.params ?? {};
    this.retryAfter = details.retryAfter;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** 400 with the given issues. */
export function invalidInput(...issues: Issue[]): AppError {
  return new AppError("invalid_input", { issues });
}

/** 404. Another tenant's anything is answered with exactly this, so it says no more than what kind of thing. */
export function notFound(what: string): AppError {
  return new AppError("not_found", { params: { what } });
}

/** Why a conditional batch was rolled back; the codes stand in the guard trigger of migrations/tenant. */
export type StaleCode = "stale_rights" | "stale_schema" | "stale_record";

/**
 * A commit was rolled back because of what stands in the database by now; nothing was written.
 * Never leaves the domain: the verb reads again and decides anew, or answers 409 or 412.
 */
export class CommitRefused extends Error {
  readonly reason: StaleCode | "not_unique";
  /** For `not_unique`: the SQL table whose key was taken. */
  readonly table: string | undefined;

  constructor(reason: StaleCode | "not_unique", table?: string) {
    super(reason);
    this.name = "CommitRefused";
    this.reason = reason;
    this.table = table;
  }
}
