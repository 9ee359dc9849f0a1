import type { Context, Hono } from "hono";
import * as z from "zod";
import { openPlatform } from "../compose.ts";
import { placeOfKey } from "../domain/api-keys/key-form.ts";
import type { TenantContext } from "../domain/context.ts";
import { enter } from "../domain/enter.ts";
import { pickLocale } from "../domain/problems/describe.ts";
import { AppError, type Issue, invalidInput } from "../errors.ts";
import { verifyAccessToken } from "../lib/crypto/access-token.ts";
import { hashToken } from "../lib/crypto/hash-token.ts";
import type { Endpoint, MemberCall } from "./endpoint.ts";
import { type EndpointGroup, loadEndpoints } from "./endpoints.ts";
import type { HttpEnv } from "./http-env.ts";
import { findUnsafe, readJsonBody, readText } from "./json-body.ts";
import { jsonResponse } from "./json-response.ts";
import { type Route, routesOf } from "./routes.ts";
import { readFields } from "./text-fields.ts";
import { toIssues } from "./zod-issues.ts";

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;
const NO_QUERY = z.strictObject({});

type AnyCall = MemberCall<undefined, undefined, undefined>;

/** Serves the endpoints of the groups; other methods on their paths answer 405, other paths 404. */
export function mount(app: Hono<HttpEnv>, groups: readonly EndpointGroup[]): void {
  const findRoute = routesOf(groups);
  let all: readonly Endpoint[] | undefined;
  const endpoints = async () => {
    all ??= await loadEndpoints(groups);
    return all;
  };
  app.all("*", async (c) => {
    const route = await findRoute(c.req.method, c.req.path);
    c.set("route", route.endpoint.path);
    return serve(c, route, endpoints);
  });
}

/** The order of answers that the wire promises: 401, 413/415, 400 shape, then what the verb says. */
async function serve(
  c: Context<HttpEnv>,
  { endpoint, params }: Route,
  endpoints: AnyCall["endpoints"],
): Promise<Response> {
  c.set("discreet", endpoint.discreet ?? false);
  if (endpoint.access === "public" && endpoint.path.startsWith("/api/auth/")) await shedFlood(c);
  const platform = openPlatform(c.env, c.get("meter"), (work) => c.executionCtx.waitUntil(work));
  const member = endpoint.access === "member" ? await authenticate(c, platform) : undefined;
  const input = await readInput(c, endpoint, params).catch(async (error: unknown) => {
    // A token that was revoked answers 401 even where the input is wrong, too.
    if (member) await enter(member);
    throw error;
  });
  const ctx = member && {
    ...member,
    origin: { address: addressOf(c), requestId: c.get("requestId") },
    idempotencyKey: c.req.method === "GET" ? undefined : input.idempotencyKey,
  };
  const call = {
    platform,
    ctx,
    ...input,
    locale: pickLocale(c.req.header("accept-language")),
    headers: c.req.raw.headers,
    address: addressOf(c),
    endpoints,
  };
  const reply = endpoint.handle(call as unknown as AnyCall).catch(async (error: unknown) => {
    // Cursors are read before the verb's first trip; whoever may not ask at all hears that first.
    if (member && error instanceof AppError && error.code === "invalid_cursor") await enter(member);
    throw error;
  });
  const { status, body, headers } = await reply;
  if (body === undefined) return new Response(null, { status, headers });
  return jsonResponse(body, { status, headers });
}

const addressOf = (c: Context<HttpEnv>): string => c.req.header("cf-connecting-ip") ?? "local";

/** A shield for the directory's exact counters; where there is none they do by themselves. */
async function shedFlood(c: Context<HttpEnv>): Promise<void> {
  const limiter: RateLimit | undefined = c.env.AUTH_LIMITER;
  const verdict = await limiter?.limit({ key: addressOf(c) });
  if (verdict?.success === false) throw new AppError("too_many_requests", { retryAfter: 60 });
}

async function authenticate(
  c: Context<HttpEnv>,
  platform: ReturnType<typeof openPlatform>,
): Promise<TenantContext> {
  const [scheme, token, ...rest] = (c.req.header("authorization") ?? "").split(" ");
  if (scheme?.toLowerCase() !== "bearer" || !token || rest.length > 0) throw new AppError("invalid_token");
  const place = placeOfKey(token);
  if (place) {
    const identity = { keyHash: await hashToken(token) };
    return { ...platform.openTenant(place.shard, place.tenantId), identity };
  }
  const claims = await verifyAccessToken(platform.secretKey, token, platform.clock.now());
  if (!claims) throw new AppError("invalid_token");
  const identity = { memberId: claims.memberId, sessionId: claims.sessionId };
  return { ...platform.openTenant(claims.shard, claims.tenantId), identity };
}

async function readInput(c: Context<HttpEnv>, endpoint: Endpoint, given: Route["params"]) {
  const issues: Issue[] = [];
  const check = (schema: z.ZodType | undefined, value: unknown): unknown => {
    if (!schema) return undefined;
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) return result.data;
    issues.push(...toIssues(result.error));
    return undefined;
  };
  // The body first: 413 and 415 come before anything that is wrong with the rest.
  const raw = endpoint.body ? await readBody(c.req.raw, endpoint) : undefined;
  const unsafe = findUnsafe(given);
  if (unsafe) issues.push(unsafe);
  const params = check(endpoint.params, given);
  const query = check(endpoint.query ?? NO_QUERY, readFields(new URL(c.req.url).searchParams, issues));
  const body = check(endpoint.body, raw);
  const idempotencyKey = c.req.header("idempotency-key");
  if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
    issues.push({
      path: "Idempotency-Key",
      code: "invalid_format",
      params: { format: "1–255 visible ASCII" },
    });
  }
  if (issues.length > 0) throw invalidInput(...issues);
  return { params, query, body, idempotencyKey };
}

async function readBody(request: Request, endpoint: Endpoint): Promise<unknown> {
  if (endpoint.bodyType !== "form") return readJsonBody(request, endpoint.bodyDepth);
  const mediaType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/x-www-form-urlencoded") throw new AppError("unsupported_media_type");
  const issues: Issue[] = [];
  const fields = readFields(new URLSearchParams(await readText(request)), issues);
  if (issues.length > 0) throw invalidInput(...issues);
  return fields;
}
