/** A client of the public API for the smoke test: nothing but fetch, and a plain sentence when an answer is wrong. */

export type Wire = Readonly<Record<string, unknown>>;

export interface Answer<Body = Wire> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined when there is none. */
  readonly body: Body;
  readonly text: string;
}

export interface Problem {
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}

interface Request {
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as an HTML form would be. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as it is, as JSON. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Client {
  /**
   * @param status the one that is right; any other fails.
   * @param path below the base address, or a whole address on it.
   */
  send<Body = Wire>(status: number, method: string, path: string, request?: Request): Promise<Answer<Body>>;
  get<Body = Wire>(status: number, path: string): Promise<Answer<Body>>;
  post<Body = Wire>(status: number, path: string, json?: unknown): Promise<Answer<Body>>;
  patch<Body = Wire>(status: number, path: string, json: unknown): Promise<Answer<Body>>;
  delete(status: number, path: string): Promise<Answer>;
}

/** The server could not be spoken to at all. */
export class NoAnswer extends Error {}

const PATIENCE_MS = 30_000;
const TRIES_WHEN_THROTTLED = 2;
const LONGEST_WAIT_S = 60;

export function openClient(base: string, token?: string): Client {
  async function send<Body>(status: number, method: string, path: string, request: Request = {}) {
    for (let attempt = 1; ; attempt++) {
      const answer = await exchange(base, token, method, path, request);
      const wait = Number(answer.headers.get("retry-after"));
      const worthWaiting =
        answer.status === 429 &&
        answer.status !== status &&
        attempt < TRIES_WHEN_THROTTLED &&
        wait <= LONGEST_WAIT_S;
      if (worthWaiting) {
        await new Promise((resolve) => setTimeout(resolve, wait * 1000));
        continue;
      }
      if (answer.status === status) return answer as Answer<Body>;
      throw new Error(`${method} ${path} answered ${describe(answer)} instead of ${status}`);
    }
  }

  return {
    send,
    get: (status, path) => send(status, "GET", path),
    post: (status, path, json) => send(status, "POST", path, { json }),
    patch: (status, path, json) => send(status, "PATCH", path, { json }),
    delete: (status, path) => send(status, "DELETE", path),
  };
}

async function exchange(
  base: string,
  token: string | undefined,
  method: string,
  path: string,
  { json, form, raw, headers }: Request,
): Promise<Answer<unknown>> {
  const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
  try {
    const response = await fetch(path.startsWith("http") ? path : base + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      body: form ? new URLSearchParams(form) : body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  } catch (error) {
    throw new NoAnswer(`${method} ${path} got no answer: ${reasonOf(error)}`, { cause: error });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `403 forbidden: …`, in the server's words where it has some. */
function describe({ status, body, text }: Answer<unknown>): string {
  const { code, detail, errors } = (body ?? {}) as Partial<Problem>;
  if (code === undefined) return `${status} ${text.slice(0, 200)}`.trimEnd();
  const where = errors?.map((issue) => `${issue.path} ${issue.code}`).join(", ");
  return `${status} ${code}: ${detail ?? ""}${where ? ` (${where})` : ""}`;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || String(cause) : String(cause);
}
