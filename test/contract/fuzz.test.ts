import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createApp } from "../../src/http/app.ts";
import type { Endpoint } from "../../src/http/endpoint.ts";
import { endpoints } from "../../src/http/endpoints.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { proof } from "../support/proof.ts";
import type { Answer, Client } from "../support/world.ts";
import { SEEN_CURSOR, SEEN_ID } from "./dictionary.ts";
import { makeBody, makeParams, makeScene, type Scene, slotsOf } from "./scene.ts";
import { anyJson, anyText, fittingValue, type JsonSchema } from "./schema-arbitrary.ts";

const SEED = 20260;

/** Tenants are made anew after so many requests: some of which delete what the others need. */
const LIFETIME = 200;

/** Milliseconds; far more than it takes. */
const PATIENCE = 60 * 60_000;

/** After so many there is something to do. */
const MOST_FAILURES = 20;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: JsonSchema;
}

const document = JSON.parse(JSON.stringify(openApiDocument(createApp()))) as {
  paths: Record<string, Record<string, { parameters?: Parameter[]; requestBody?: { content: object } }>>;
  components: { schemas: Record<string, JsonSchema> };
};
const { schemas } = document.components;

const ACTORS = [
  ...(["owner", "owner", "owner", "owner", "owner", "owner", "owner", "manager", "manager"] as const),
  ...(["nobody", "rival", "anonymous", "forger"] as const),
];

/** Where a value in a path comes from. */
const slot = fc.record({
  from: fc.constantFrom("own", "own", "own", "fresh", "fresh", "seen", "theirs", "text"),
  pick: fc.nat(),
  text: anyText,
});

type Body =
  | { readonly from: "valid" }
  | { readonly from: "mutated"; readonly changes: readonly [number, unknown][] }
  | { readonly from: "schema" | "json"; readonly value: unknown }
  | { readonly from: "raw"; readonly text: string };

/** Undefined most of the time: all but one in so many. */
function sometimes<Value>(oneIn: number, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

function bodyOf(endpoint: Endpoint): fc.Arbitrary<Body | undefined> {
  const content = document.paths[endpoint.path]?.[endpoint.method]?.requestBody?.content ?? {};
  const [media] = Object.values(content) as { schema: JsonSchema }[];
  const raw = fc.oneof(anyText, fc.json(), fc.constant("[".repeat(100)), fc.constant('{"a":1e999}'));
  if (!media) return sometimes(20, fc.record({ from: fc.constant("json" as const), value: anyJson }));
  return fc.oneof<fc.WeightedArbitrary<Body>[]>(
    { weight: 6, arbitrary: fc.constant({ from: "valid" }) },
    {
      weight: 6,
      arbitrary: fc.record({
        from: fc.constant("mutated" as const),
        changes: fc.array(fc.tuple(fc.nat(), anyJson), { minLength: 1, maxLength: 2 }),
      }),
    },
    {
      weight: 10,
      arbitrary: fc.record({
        from: fc.constant("schema" as const),
        value: fittingValue(media.schema, schemas),
      }),
    },
    { weight: 1, arbitrary: fc.record({ from: fc.constant("json" as const), value: anyJson }) },
    { weight: 1, arbitrary: fc.record({ from: fc.constant("raw" as const), text: raw }) },
  );
}

function queryOf(endpoint: Endpoint): fc.Arbitrary<[string, unknown][]> {
  const parameters = (document.paths[endpoint.path]?.[endpoint.method]?.parameters ?? []).filter(
    (parameter) => parameter.in === "query",
  );
  const declared = parameters.map(({ name, schema }) =>
    sometimes(
      3,
      fittingValue(schema, schemas, name).map((value): [string, unknown] => [name, value]),
    ),
  );
  const stray = sometimes(40, fc.tuple(anyText, anyText));
  return fc.tuple(...declared, stray).map((chosen) => chosen.filter((parameter) => parameter !== undefined));
}

const headers = fc.record(
  {
    "accept-language": fc.constantFrom("ru", "en", "ru-RU, en;q=0.1", "*", ";;q=,", "zz"),
    "idempotency-key": fc.constantFrom("a", "b", "c", "with space", "x".repeat(300)),
    "if-match": fc.constantFrom('"1"', 'W/"2"', "*", '"999999999999999999999"', "1", '""'),
    "x-request-id": fc.constantFrom("mine", "not a word", "x".repeat(500)),
    "content-type": fc.constantFrom("application/json", "application/json; charset=utf-8", "text/plain", "x"),
  },
  { requiredKeys: [] },
);

// Made once for each operation: making an arbitrary costs more than a request.
const anyRequest = fc.oneof(
  ...endpoints.map((endpoint) =>
    fc.record({
      operationId: fc.constant(endpoint.operationId),
      actor: fc.constantFrom(...ACTORS),
      slots: fc.tuple(slot, slot, slot),
      query: queryOf(endpoint),
      headers: sometimes(6, headers),
      body: bodyOf(endpoint),
    }),
  ),
);

const byId = new Map(endpoints.map((endpoint) => [endpoint.operationId, endpoint]));

type FuzzRequest = typeof anyRequest extends fc.Arbitrary<infer Request> ? Request : never;

/** A few tenants, what has been seen of them, and who calls. */
async function makeStage() {
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

type Stage = Awaited<ReturnType<typeof makeStage>>;

async function fillSlots(stage: Stage, request: FuzzRequest, path: string): Promise<Record<string, string>> {
  const { mine, victim }: Scene = stage.scene;
  if (slotsOf(path).length === 0) return {};
  const sources = request.slots.map(({ from }) => from);
  let own = stage.own.get(path);
  if (!own || sources.includes("fresh")) own = await makeParams(mine, path);
  stage.own.set(path, own);
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

async function perform(stage: Stage, request: FuzzRequest): Promise<Answer> {
  const endpoint = byId.get(request.operationId) as Endpoint;
  const params = await fillSlots(stage, request, endpoint.path);
  const raw = await makeRequestBody(stage, request, endpoint, params);
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_slot, name: string) => params[name] ?? "-");
  const query = new URLSearchParams(
    request.query.map(([name, value]) => {
      const recalled = recall(stage, value);
      return [name, asText(recalled)];
    }),
  ).toString();
  const type = endpoint.bodyType === "form" ? "application/x-www-form-urlencoded" : "application/json";
  const sentBody = endpoint.method === "get" ? undefined : raw;
  const answer = await stage.actors[request.actor].request(
    endpoint.method.toUpperCase(),
    query === "" ? path : `${path}?${query}`,
    undefined,
    {
      raw: sentBody,
      headers: { ...(sentBody !== undefined && { "content-type": type }), ...request.headers },
    },
  );
  if (answer.status < 300) {
    stage.ids.push(...(answer.text.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? []).slice(0, 10));
    const cursor = (answer.body as { next_cursor?: unknown } | undefined)?.next_cursor;
    if (typeof cursor === "string") stage.cursors.push(cursor);
  }
  return answer;
}

describe("fuzzing", () => {
  it("gets no 5xx and no undeclared answer out of any operation, whoever asks and whatever for", {
    timeout: PATIENCE,
  }, async () => {
    const n = proof("fuzz: every answer declared, none 5xx", { full: 50_000, reduced: 2_000 }, SEED);
    const statuses = new Map<number, number>();
    const succeeded = new Set<string>();
    const failures: string[] = [];
    let stage = await makeStage();
    let sent = 0;
    const property = fc.asyncProperty(anyRequest, async (request) => {
      if (sent > 0 && sent % LIFETIME === 0) stage = await makeStage();
      sent += 1;
      try {
        const { status, text } = await perform(stage, request);
        if (status >= 500) throw new Error(`${status} ${text}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status < 300) succeeded.add(request.operationId);
      } catch (error) {
        failures.push(
          `${request.operationId} as ${request.actor}, request ${sent}: ${(error as Error).message}`,
        );
      }
      return failures.length < MOST_FAILURES;
    });
    // What has happened before a failure is part of it, so shrinking would only mislead.
    await fc.assert(property, { numRuns: n, seed: SEED, endOnFailure: true }).catch((error: unknown) => {
      if (failures.length === 0) throw error;
    });
    if (failures.length > 0) expect.fail(failures.join("\n\n"));
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    console.info(`Fuzz: ${sent} requests; ${counts.join(", ")}`);

    // The requests were not all nonsense.
    const good = [...statuses].filter(([status]) => status < 300).reduce((sum, [, count]) => sum + count, 0);
    expect(good / sent).toBeGreaterThan(0.15);
    // Every operation has its turn at carrying one out, given time.
    const never = endpoints.map(({ operationId }) => operationId).filter((id) => !succeeded.has(id));
    if (n >= 10_000) expect(never).toEqual([]);
  });
});
