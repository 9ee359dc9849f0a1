import type { ContractCheck, Endpoint } from "../../src/http/endpoint.ts";
import { signAccessToken } from "../../src/lib/crypto/access-token.ts";
import { findEndpoint } from "../support/declared-answers.ts";
import { changedTables, tenantRows } from "../support/tenant-rows.ts";
import type { Answer } from "../support/world.ts";
import { operations, type Party, queryIds } from "./fixtures.ts";
import { refuseMalformedBodies, refuseMalformedTargets, surviveOddValues } from "./malformed.ts";
import {
  makeParams,
  type Prepared,
  pathOf,
  prepare,
  type Scene,
  send,
  slotFixture,
  slotsOf,
} from "./scene.ts";

/**
 * A promise that every endpoint keeps. Answers what is wrong; empty when it is kept.
 * Answers that an endpoint does not declare are thrown by the client itself, whatever the check is about.
 */
export interface Check {
  readonly title: string;
  /** What an endpoint names to be excused, with a reason. */
  readonly exemption?: ContractCheck;
  readonly appliesTo?: (endpoint: Endpoint) => boolean;
  run(scene: Scene, endpoint: Endpoint): Promise<string[]>;
}

const isMember = ({ access }: Endpoint) => access === "member";
const isWrite = ({ method }: Endpoint) => method !== "get";

function told({ status, text }: Answer): string {
  return `${status} ${text.slice(0, 300)}`;
}

function succeeds(endpoint: Endpoint, answer: Answer): string[] {
  if (endpoint.answers[answer.status]) return [];
  const remedy = `its example, or what test/contract/fixtures.ts has for ${endpoint.operationId}, is not right`;
  return [`a valid request was answered ${told(answer)}: ${remedy}`];
}

const answersValidRequests: Check = {
  title: "answers a valid request as it declares, with or without a trailing slash",
  async run({ mine, victim }, endpoint) {
    const wrong: string[] = [];
    // Both have what there is to list.
    await prepare(victim, endpoint);
    const plain = await send(mine.owner, await prepare(mine, endpoint));
    wrong.push(...succeeds(endpoint, plain));
    const leaked = (await idsOf(victim)).filter((id) => plain.text.includes(id));
    if (leaked.length > 0) wrong.push(`ids of another tenant: ${told(plain)}`);
    if (endpoint.method === "get" && plain.cost.trips > 2) wrong.push(`${plain.cost.trips} D1 round trips`);
    await operations[endpoint.operationId]?.also?.(mine);
    if (endpoint.path !== "/") {
      const slashed = await prepare(mine, { ...endpoint, path: `${endpoint.path}/` });
      const { status } = await send(mine.owner, slashed);
      if (status !== plain.status) wrong.push(`${status} with a trailing slash, ${plain.status} without`);
    }
    return wrong;
  },
};

/** Every id in the rows of a tenant. */
async function idsOf({ tenant }: Party): Promise<string[]> {
  const rows = Object.values(await tenantRows(tenant)).flat();
  return [...new Set(rows.flatMap((row) => row.match(UUID) ?? []))];
}

const refusesStrangers: Check = {
  title: "answers 401 without a token, and with one that is not good",
  exemption: "no_token",
  async run(scene, endpoint) {
    const wrong: string[] = [];
    const request = await prepare(scene.mine, endpoint);
    for (const [what, authorization] of Object.entries(await badAuthorizations(scene))) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await send(scene.world.anonymous, request, headers);
      if (answer.status !== 401) wrong.push(`${what}: ${told(answer)}`);
    }
    return wrong;
  },
};

async function badAuthorizations({
  mine,
  victim,
  world,
}: Scene): Promise<Record<string, string | undefined>> {
  const { tenantId, memberId, sessionId, token } = mine.owner;
  const claims = {
    tenantId,
    memberId,
    sessionId,
    shard: mine.tenant.shard,
    issuedAt: new Date(),
    expiresIn: 60,
  };
  const sign = (changes: Partial<typeof claims>, secret = world.platform.secretKey) =>
    signAccessToken(secret, { ...claims, ...changes });
  const [header, payload, signature = ""] = token.split(".");
  const unsigned = btoa(JSON.stringify({ alg: "none", typ: "at+jwt" })).replaceAll("=", "");
  return {
    "no token": undefined,
    "an empty token": "Bearer ",
    "another scheme": `Basic ${token}`,
    "two tokens": `Bearer ${token} ${token}`,
    garbage: "Bearer garbage",
    "a long token": `Bearer ${"a".repeat(8000)}`,
    "an expired token": `Bearer ${await sign({ issuedAt: new Date(Date.now() - 3_600_000) })}`,
    "a token of another secret": `Bearer ${await sign({}, `other-${world.platform.secretKey}`)}`,
    "an unsigned token": `Bearer ${unsigned}.${payload}.`,
    "a broken signature": `Bearer ${header}.${payload}.${signature.slice(0, -4)}AAAA`,
    "a refresh token": `Bearer ${mine.owner.refreshToken}`,
    "a token for a shard that is not there": `Bearer ${await sign({ shard: "99" })}`,
    "a token whose session is of another tenant": `Bearer ${await sign({ tenantId: victim.tenant.id })}`,
    "a token whose session is of a colleague": `Bearer ${await sign({ memberId: crypto.randomUUID() })}`,
  };
}

const refusesEndedSessions: Check = {
  title: "answers 401 once the session is ended, even to a wrong body",
  appliesTo: isMember,
  async run({ mine, world }, endpoint) {
    const wrong: string[] = [];
    const leaver = await mine.tenant.member();
    const request = await prepare(mine, endpoint);
    await world.anonymous.post("/api/auth/revoke", { refresh_token: leaver.refreshToken });
    const plain = await send(leaver, request);
    if (plain.status !== 401) wrong.push(told(plain));
    if (endpoint.body) {
      const nonsense = await send(leaver, { ...request, body: { nonsense: true } });
      if (nonsense.status !== 401) wrong.push(`with a wrong body: ${told(nonsense)}`);
    }
    return wrong;
  },
};

const refusesTheRightless: Check = {
  title: "answers 403 to a member without roles",
  exemption: "empty_role",
  appliesTo: (endpoint) => isMember(endpoint) && endpoint.permission !== undefined,
  async run({ mine, rightless }, endpoint) {
    const request = await prepare(mine, endpoint);
    const before = await tenantRows(mine.tenant);
    const answer = await send(rightless, request);
    const wrong = answer.status === 403 ? [] : [told(answer)];
    const changed = changedTables(before, await tenantRows(mine.tenant));
    return changed.length === 0 ? wrong : [...wrong, `rows changed in ${changed.join(", ")}`];
  },
};

const hidesOtherTenants: Check = {
  title: "answers 404 to another tenant's ids, as to ids that never were, and leaves them alone",
  exemption: "other_tenant",
  appliesTo: (endpoint) => isMember(endpoint) && namesSomething(endpoint),
  async run({ mine, victim }, endpoint) {
    const wrong: string[] = [];
    const slots = slotsOf(endpoint.path);
    const own = await prepare(mine, endpoint);
    const theirs = await prepare(victim, endpoint);
    const foreignIds: Record<string, string> = {};
    for (const [name, key] of Object.entries(queryIds)) {
      if (takes(endpoint, name)) foreignIds[name] = (await makeParams(victim, key))[lastSlot(key)] ?? "";
    }
    if (takes(endpoint, "cursor")) {
      for (const [party, { params }] of [
        [mine, own],
        [victim, theirs],
      ] as const) {
        await operations[endpoint.operationId]?.fill?.(party, params);
      }
    }
    const before = await tenantRows(victim.tenant);

    // Each slot by itself, and the whole path.
    const single = slots.map(({ name }) => ({ [name]: theirs.params[name] ?? "" }));
    for (const stolen of slots.length > 1 ? [...single, theirs.params] : single) {
      const replaced = slots.filter(({ name }) => name in stolen);
      const missing = replaced.map(({ name, key }) => [
        name,
        slotFixture(key).missing ?? crypto.randomUUID(),
      ]);
      const what = `${replaced.map(({ name }) => name).join(", ")} of another tenant`;
      const there = await send(mine.owner, { ...own, params: { ...own.params, ...stolen } });
      const nowhere = await send(mine.owner, {
        ...own,
        params: { ...own.params, ...Object.fromEntries(missing) },
      });
      if (there.status !== 404) wrong.push(`${what}: ${told(there)}`);
      if (anonymised(there) !== anonymised(nowhere)) {
        wrong.push(`${what} can be told from one that never was: ${told(there)} or ${told(nowhere)}`);
      }
    }
    if (bodyHasIds(endpoint)) {
      const there = await send(mine.owner, { ...own, body: theirs.body });
      const nowhere = await send(mine.owner, { ...own, body: withOtherIds(theirs.body) });
      if (anonymised(there) !== anonymised(nowhere)) {
        wrong.push(
          `ids of another tenant in the body can be told from unknown ones: ${told(there)} or ${told(nowhere)}`,
        );
      }
    }
    for (const [name, key] of Object.entries(queryIds).filter(([param]) => takes(endpoint, param))) {
      const found = await send(mine.owner, { ...own, query: `${name}=${foreignIds[name]}` });
      const none = await send(mine.owner, { ...own, query: `${name}=${crypto.randomUUID()}` });
      if (anonymised(found) !== anonymised(none))
        wrong.push(`${name} of another tenant's ${key}: ${told(found)}`);
    }
    if (takes(endpoint, "cursor")) wrong.push(...(await refuseForeignCursor({ mine, victim }, own, theirs)));
    const changed = changedTables(before, await tenantRows(victim.tenant));
    if (changed.length > 0) wrong.push(`the other tenant's rows changed in ${changed.join(", ")}`);
    return wrong;
  },
};

function namesSomething(endpoint: Endpoint): boolean {
  return endpoint.params !== undefined || bodyHasIds(endpoint) || takes(endpoint, "cursor");
}

/** Whether the query, or the body of a query in a body, has the field. */
function takes({ query, body }: Endpoint, name: string): boolean {
  const shapes = [query?.shape ?? {}, (body as { shape?: object } | undefined)?.shape ?? {}];
  return shapes.some((shape) => name in shape);
}

function lastSlot(key: string): string {
  return slotsOf(key).at(-1)?.name ?? "";
}

/** A cursor opens its own tenant's list only. */
async function refuseForeignCursor(
  { mine, victim }: Pick<Scene, "mine" | "victim">,
  own: Prepared,
  theirs: Prepared,
): Promise<string[]> {
  const ask = (party: Party, request: Prepared, page: Record<string, unknown>) =>
    request.endpoint.body
      ? send(party.owner, { ...request, body: page })
      : send(party.owner, {
          ...request,
          query: new URLSearchParams(page as Record<string, string>).toString(),
        });
  const limit = own.endpoint.body ? 1 : "1";
  const wrong: string[] = [];
  const cursors: unknown[] = [];
  for (const [party, request] of [
    [mine, own],
    [victim, theirs],
  ] as const) {
    const first = await ask(party, request, { limit });
    const { next_cursor: cursor } = first.body;
    if (typeof cursor !== "string") {
      return [
        `one of two has no next_cursor: ${told(first)}; test/contract/fixtures.ts must "fill" the list`,
      ];
    }
    const next = await ask(party, request, { limit, cursor });
    if (next.status !== 200) wrong.push(`a cursor of one's own: ${told(next)}`);
    cursors.push(cursor);
  }
  const foreign = await ask(mine, own, { limit, cursor: cursors[1] });
  if (foreign.body.code !== "invalid_cursor") wrong.push(`a cursor of another tenant: ${told(foreign)}`);
  return wrong;
}

function bodyHasIds({ operationId }: Endpoint): boolean {
  return operations[operationId]?.bodyHasIds === true;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function withOtherIds(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(UUID, () => crypto.randomUUID()));
}

/** An answer without what may differ between two askings. */
function anonymised({ status, text }: Answer): string {
  const since = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/g;
  return `${status} ${text.replaceAll(UUID, "<id>").replaceAll(since, "<time>")}`;
}

const refusesMalformedInput: Check = {
  title: "answers 4xx, naming the place, to malformed input, and writes nothing",
  exemption: "malformed_body",
  async run(scene, endpoint) {
    const request = await prepare(scene.mine, endpoint);
    const before = await tenantRows(scene.mine.tenant);
    const wrong = await refuseMalformedTargets(scene, request);
    if (endpoint.body) wrong.push(...(await refuseMalformedBodies(scene, request)));
    const changed = changedTables(before, await tenantRows(scene.mine.tenant));
    if (changed.length > 0) wrong.push(`rows changed in ${changed.join(", ")}`);
    if (endpoint.body && endpoint.bodyType !== "form")
      wrong.push(...(await surviveOddValues(scene, request)));
    return wrong;
  },
};

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"];

const refusesOtherMethods: Check = {
  title: "answers 405 with Allow to other methods",
  async run({ world, mine }, endpoint) {
    const wrong: string[] = [];
    const path = pathOf(await prepare(mine, endpoint)).split("?")[0] ?? "";
    // Another endpoint may stand at the same address: /api/things/order is /api/things/{id}, too.
    const { allowed } = findEndpoint(world.endpoints, "", path);
    const own = world.endpoints.filter((other) => other.path === endpoint.path);
    for (const method of METHODS.filter((candidate) => !allowed.includes(candidate))) {
      const answer = await mine.owner.request(method, path);
      const told405 = answer.headers.get("allow")?.split(", ") ?? [];
      if (answer.status !== 405 || !own.every((other) => told405.includes(other.method.toUpperCase()))) {
        wrong.push(`${method}: ${told(answer)}, Allow: ${told405.join(", ")}`);
      }
    }
    return wrong;
  },
};

const repeatsUnderAKey: Check = {
  title: "has one effect and one answer under an Idempotency-Key",
  appliesTo: (endpoint) => isMember(endpoint) && isWrite(endpoint),
  async run({ mine }, endpoint) {
    const wrong: string[] = [];
    const request = await prepare(mine, endpoint);
    for (const key of ["with space", "x".repeat(256)]) {
      const answer = await send(mine.owner, request, { "idempotency-key": key });
      if (answer.status !== 400) wrong.push(`key ${key.slice(0, 20)}: ${told(answer)}`);
    }
    const key = { "idempotency-key": crypto.randomUUID() };
    const first = await send(mine.owner, request, key);
    wrong.push(...succeeds(endpoint, first));
    if (first.cost.rowsWritten === 0) return wrong;

    const other = await prepare(mine, endpoint);
    const before = await tenantRows(mine.tenant);
    const again = await send(mine.owner, request, key);
    if (withHeaders(again) !== withHeaders(first)) wrong.push(`first ${told(first)}, then ${told(again)}`);
    if (JSON.stringify([other.params, other.body]) !== JSON.stringify([request.params, request.body])) {
      const reused = await send(mine.owner, other, key);
      if (reused.status !== 422) wrong.push(`the same key for other input: ${told(reused)}`);
    }
    const changed = changedTables(before, await tenantRows(mine.tenant));
    if (changed.length > 0) wrong.push(`repeating changed rows in ${changed.join(", ")}`);
    return wrong;
  },
};

function withHeaders({ status, text, headers }: Answer): string {
  return [status, text, headers.get("location"), headers.get("etag")].join(" ");
}

export const checks: readonly Check[] = [
  answersValidRequests,
  refusesStrangers,
  refusesEndedSessions,
  refusesTheRightless,
  hidesOtherTenants,
  refusesMalformedInput,
  refusesOtherMethods,
  repeatsUnderAKey,
];

/** Runs a check; what the client threw is wrong, too. */
export async function findWrong(check: Check, scene: Scene, endpoint: Endpoint): Promise<string[]> {
  try {
    return await check.run(scene, endpoint);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
