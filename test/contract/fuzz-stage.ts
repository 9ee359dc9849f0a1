import type { Endpoint } from "../../src/http/endpoint.ts";
import { loadEndpoints } from "../../src/http/endpoints.ts";
import type { Answer, Client } from "../support/world.ts";
import { SEEN_CURSOR, SEEN_ID } from "./dictionary.ts";
import { operations } from "./fixtures.ts";
import type { ACTORS, FuzzRequest } from "./fuzz-request.ts";
import { makeBody, makeParams, makeScene, type Scene, slotsOf } from "./scene.ts";

const byId = new Map((await loadEndpoints()).map((endpoint) => [endpoint.operationId, endpoint]));

/** A few tenants, what has been seen of them, and who calls. */
export async function makeStage() {
  // Hashing passwords is slow, and throttled: a few a minute are enough here.
  const scene = await makeScene({ tries: 5 });
  const manager = await scene.mine.tenant.member({
    permissions: ["leads:view", "leads:create", "individuals:view", "roles:manage", "messages:send"],
  });
  const actors: Record<(typeof ACTORS)[number], Client> = {
    owner: scene.mine.owner,
    manager,
    nobody: scene.rightless,
    rival: scene.victim.owner,
    anonymous: scene.world.anonymous,
    forger: scene.world.client(`${scene.mine.owner.token}x`),
  };
  return {
    scene,
    actors,
    ids: [] as string[],
    cursors: [] as string[],
    own: new Map<string, Record<string, string>>(),
  };
}

export type Stage = Awaited<ReturnType<typeof makeStage>>;

async function fillSlots(stage: Stage, request: FuzzRequest, path: string): Promise<Record<string, string>> {
  const { mine, victim }: Scene = stage.scene;
  if (slotsOf(path).length === 0) return {};
  const sources = request.slots.map(({ from }) => from);
  let own = stage.own.get(path);
  if (!own || sources.includes("fresh")) {
    own = await makeParams(mine, path);
    await operations[request.operationId]?.prepare?.(mine, own);
    stage.own.set(path, own);
  }
  const theirs = sources.includes("theirs") ? await makeParams(victim, path) : {};
  return Object.fromEntries(
    slotsOf(path).map(({ name }, i) => {
      const { from, pick, text } = request.slots[i] ?? { from: "own", pick: 0, text: "" };
      const seen = stage.ids.length === 0 ? text : stage.ids[pick % stage.ids.length];
      const value = { own: own[name], fresh: own[name], theirs: theirs[name], seen, text }[from];
      return [name, encodeURIComponent((value || "-").toWellFormed())];
    }),
  );
}

/** The request's words for what has been seen become what has been seen. */
function recall<Value>(stage: Stage, value: Value): Value {
  if (typeof value === "string") {
    for (const [mark, seen] of [
      [SEEN_ID, stage.ids],
      [SEEN_CURSOR, stage.cursors],
    ] as const) {
      if (value.startsWith(mark) && seen.length > 0)
        return seen[Number(value.slice(mark.length)) % seen.length] as Value;
    }
    return value;
  }
  if (Array.isArray(value)) return value.map((item) => recall(stage, item)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, recall(stage, child)]),
  ) as Value;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Puts another value in place of one of the body's own, wherever it stands, or beside them. */
function mutate(body: unknown, [pick, value]: readonly [number, unknown]): unknown {
  if (typeof body !== "object" || body === null) return value;
  const keys = Object.keys(body);
  const key = keys[pick % (keys.length + 1)];
  if (key === undefined) return Array.isArray(body) ? [...body, value] : { ...body, [asText(value)]: value };
  const child = (body as Record<string, unknown>)[key];
  const deeper = typeof child === "object" && child !== null && pick % 3 !== 0;
  const changed = deeper ? mutate(child, [Math.floor(pick / 7), value]) : value;
  return Array.isArray(body) ? body.with(Number(key), changed) : { ...body, [key]: changed };
}

async function makeRequestBody(
  stage: Stage,
  { body }: FuzzRequest,
  endpoint: Endpoint,
  params: Record<string, string>,
) {
  if (!body) return undefined;
  if (body.from === "raw") return body.text;
  let value: unknown;
  if (body.from === "valid" || body.from === "mutated") {
    // Fixtures make what the body names below the path, so the path must be one that they know.
    const known = stage.own.get(endpoint.path) ?? params;
    value = await makeBody(stage.scene.mine, endpoint, known);
    if (body.from === "mutated") for (const change of body.changes) value = mutate(value, change);
  } else value = body.value;
  const recalled = recall(stage, value);
  if (endpoint.bodyType !== "form") return JSON.stringify(recalled);
  const fields = Object.entries((recalled ?? {}) as Record<string, unknown>);
  return new URLSearchParams(fields.map(([name, field]) => [name, asText(field)])).toString();
}

export interface Ready {
  readonly path: string;
  readonly raw: string | undefined;
  readonly headers: Record<string, string>;
}

/** @throws Error when a fixture does not get what it needs, because an earlier request has deleted that. */
export async function makeReady(stage: Stage, request: FuzzRequest): Promise<Ready> {
  const endpoint = byId.get(request.operationId) as Endpoint;
  const params = await fillSlots(stage, request, endpoint.path);
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_slot, name: string) => params[name] ?? "-");
  const query = new URLSearchParams(
    request.query.map(([name, value]) => [name, asText(recall(stage, value))]),
  ).toString();
  const raw = endpoint.method === "get" ? undefined : await makeRequestBody(stage, request, endpoint, params);
  const type = endpoint.bodyType === "form" ? "application/x-www-form-urlencoded" : "application/json";
  return {
    path: query === "" ? path : `${path}?${query}`,
    raw,
    headers: { ...(raw !== undefined && { "content-type": type }), ...request.headers },
  };
}

export async function perform(
  stage: Stage,
  request: FuzzRequest,
  { path, ...options }: Ready,
): Promise<Answer> {
  const method = byId.get(request.operationId)?.method.toUpperCase() ?? "GET";
  const answer = await stage.actors[request.actor].request(method, path, undefined, options);
  if (answer.status < 300) {
    stage.ids.push(...(answer.text.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? []).slice(0, 10));
    const cursor = (answer.body as { next_cursor?: unknown } | undefined)?.next_cursor;
    if (typeof cursor === "string") stage.cursors.push(cursor);
  }
  return answer;
}
