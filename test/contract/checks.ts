import type { Endpoint } from "../../src/http/endpoint.ts";
import { signAccessToken } from "../../src/lib/crypto/access-token.ts";
import { findEndpoint } from "../support/declared-answers.ts";
import { changedTables, tenantRows } from "../support/tenant-rows.ts";
import type { Answer } from "../support/world.ts";
import { takesKeys } from "./api-keys.ts";
import { type Check, told } from "./check.ts";
import { operations } from "./fixtures.ts";
import { hidesOtherTenants, idsOf } from "./isolation.ts";
import { refuseMalformedBodies, refuseMalformedTargets, surviveOddValues } from "./malformed.ts";
import { pathOf, prepare, type Scene, send } from "./scene.ts";

const isMember = ({ access }: Endpoint) => access === "member";
const isWrite = ({ method }: Endpoint) => method !== "get";

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
    if (first.headers.has("server-timing") && first.cost.rowsWritten === 0) return wrong;

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
  takesKeys,
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
