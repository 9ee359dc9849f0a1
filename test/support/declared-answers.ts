import { ERROR_STATUS, type ErrorCode } from "../../src/errors.ts";
import type { Endpoint } from "../../src/http/endpoint.ts";
import { errorCodes, problemSchema } from "../../src/http/openapi.ts";

/** An answer of the API, read to its end. */
export interface ReadAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed JSON; undefined for an empty body, the text itself for anything that is no JSON. */
  readonly body: unknown;
}

/** Paths outside the endpoint list, which no contract covers. */
const PAGES = /^\/(?:docs(?:\/[^/]+)?|openapi\.json|admin(?:\/.*)?)$/;

/** The endpoint that a request reaches; the first that matches, as the router decides. */
export function findEndpoint(
  endpoints: readonly Endpoint[],
  method: string,
  path: string,
): { endpoint: Endpoint | undefined; allowed: readonly string[] } {
  const wanted = method === "HEAD" ? "GET" : method;
  const onPath = endpoints.filter((endpoint) => pathPattern(endpoint.path).test(path));
  return {
    endpoint: onPath.find((endpoint) => endpoint.method.toUpperCase() === wanted),
    allowed: [...new Set(onPath.map((endpoint) => endpoint.method.toUpperCase()))],
  };
}

const patterns = new Map<string, RegExp>();

function pathPattern(path: string): RegExp {
  const known = patterns.get(path);
  if (known) return known;
  const pattern = new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}/?$`);
  patterns.set(path, pattern);
  return pattern;
}

interface CheckedRequest {
  readonly method: string;
  readonly path: string;
  /** Everything that was sent, asked for only where a text needs it: it may be very long. */
  readonly sent?: () => string;
}

/** What in an answer is not what the API declares; empty when all is well. */
export function undeclared(
  endpoints: readonly Endpoint[],
  request: CheckedRequest,
  answer: ReadAnswer,
): string[] {
  const wrong: string[] = [];
  if (!answer.headers.get("x-request-id")) wrong.push("no X-Request-Id");
  const { endpoint, allowed } = findEndpoint(endpoints, request.method, request.path);
  if (!endpoint && PAGES.test(request.path)) return wrong;
  if (request.method === "OPTIONS" && answer.status === 204) return wrong;
  const success = endpoint?.answers[answer.status];
  if (success) return [...wrong, ...undeclaredSuccess(success, answer)];
  const codes = endpoint ? errorCodes(endpoint) : [allowed.length > 0 ? "method_not_allowed" : "not_found"];
  return [...wrong, ...undeclaredProblem(codes as ErrorCode[], request, answer)];
}

function undeclaredSuccess(declared: Endpoint["answers"][number], answer: ReadAnswer): string[] {
  const wrong: string[] = [];
  for (const name of Object.keys(declared.headers ?? {})) {
    if (!answer.headers.has(name)) wrong.push(`declared header ${name} is missing`);
  }
  if (!declared.schema) {
    if (answer.text !== "") wrong.push("a body where none is declared");
    return wrong;
  }
  if (!mediaType(answer).startsWith("application/json")) wrong.push(`content type ${mediaType(answer)}`);
  const parsed = declared.schema.safeParse(answer.body);
  if (!parsed.success) {
    wrong.push(
      ...parsed.error.issues.map(({ path, message }) => `body at ${path.join(".") || "(root)"}: ${message}`),
    );
  } else if (canonical(parsed.data) !== canonical(answer.body)) {
    wrong.push("body has fields that its schema does not declare");
  }
  return wrong;
}

function undeclaredProblem(
  codes: readonly ErrorCode[],
  { method, sent = () => "" }: CheckedRequest,
  answer: ReadAnswer,
): string[] {
  if (!mediaType(answer).startsWith("application/problem+json")) {
    return [`undeclared ${answer.status} of type ${mediaType(answer) || "(none)"}`];
  }
  if (method === "HEAD") return [];
  const parsed = problemSchema.safeParse(answer.body);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => `problem at ${path.join(".")}: ${message}`);
  }
  const wrong: string[] = [];
  const { code, status, request_id: requestId, title, detail, errors = [] } = parsed.data;
  if (status !== answer.status || ERROR_STATUS[code] !== status)
    wrong.push(`${code} answered as ${answer.status}`);
  if (!codes.includes(code)) wrong.push(`undeclared problem ${status} ${code}`);
  if (requestId !== answer.headers.get("x-request-id")) wrong.push("request_id is not the X-Request-Id");
  for (const text of [title, detail, ...errors.map((error) => error.detail)]) {
    // `{id}` is meant as it stands. Texts repeat what was sent, such as the name of an unknown field.
    const unfinished = /\{(?!id\})\w+\}|undefined|NaN|\[object/.exec(text)?.[0];
    if (text.trim() === "" || (unfinished && !sent().includes(unfinished)))
      wrong.push(`unfinished text: ${text}`);
  }
  if (status === 401 && answer.headers.get("www-authenticate") !== "Bearer") wrong.push("401 without Bearer");
  if ((status === 429 || status === 503) && !answer.headers.get("retry-after")) wrong.push("no Retry-After");
  if (status === 405 && !answer.headers.get("allow")) wrong.push("405 without Allow");
  return wrong;
}

function mediaType(answer: ReadAnswer): string {
  return answer.headers.get("content-type") ?? "";
}

/** JSON with sorted keys, so that two values are equal exactly when their texts are. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, child: unknown) =>
    typeof child === "object" && child !== null && !Array.isArray(child)
      ? Object.fromEntries(Object.entries(child).sort(([a], [b]) => (a < b ? -1 : 1)))
      : child,
  );
}
