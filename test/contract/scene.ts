import type { Endpoint } from "../../src/http/endpoint.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { makeHeldQueue } from "../support/held-queue.ts";
import { type Answer, type Client, type MemberClient, makeWorld, type World } from "../support/world.ts";
import { operations, type Party, slots } from "./fixtures.ts";

/** Two companies in one shard, where only the tenant wall stands between them. */
export interface Scene {
  readonly world: World;
  readonly mine: Party;
  readonly victim: Party;
  /** A member of `mine` without any role. */
  readonly rightless: MemberClient;
}

/** A request to an endpoint, ready to be sent by anyone. */
export interface Prepared {
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string>>;
  readonly query: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

interface SceneOptions {
  /** Instead of the API's own. */
  readonly endpoints?: readonly Endpoint[];
  /** Log-ins and the like that a minute allows; throttling has tests of its own. */
  readonly tries?: number;
}

export async function makeScene({ endpoints, tries = 100_000 }: SceneOptions = {}): Promise<Scene> {
  const world = makeWorld({
    endpoints,
    vars: {
      LOGIN_TRIES_PER_ACCOUNT: String(tries),
      LOGIN_TRIES_PER_ADDRESS: String(tries),
    },
    // Nothing is sent, so that rows change by requests alone.
    queue: makeHeldQueue(),
  });
  const party = async (name: string): Promise<Party> => {
    const tenant = await world.tenant({ shard: "01", name });
    return { world, tenant, owner: tenant.owner };
  };
  const mine = await party("Mine");
  return { world, mine, victim: await party("Victim"), rightless: await mine.tenant.member() };
}

/** The slots of a path, each with the key that fixtures.ts knows it by: `/api/roles/{id}`. */
export function slotsOf(path: string): { name: string; key: string }[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(({ 0: slot, 1: name = "", index }) => ({
    name,
    key: path.slice(0, index + slot.length),
  }));
}

export function slotFixture(key: string) {
  const slot = slots[key];
  if (!slot) throw new Error(`test/contract/fixtures.ts: add to "slots" how to create a ${key}`);
  return slot;
}

/** Makes what the path names, for the party. */
export async function makeParams(party: Party, path: string): Promise<Record<string, string>> {
  const params: Record<string, string> = {};
  for (const { name, key } of slotsOf(path))
    params[name] = await slotFixture(key).create(party, { ...params });
  return params;
}

/** A request of the party's own that should succeed. */
export async function prepare(party: Party, endpoint: Endpoint): Promise<Prepared> {
  const fixture = operations[endpoint.operationId];
  const params = await makeParams(party, endpoint.path);
  await fixture?.prepare?.(party, params);
  return {
    endpoint,
    params,
    query: (await fixture?.query?.(party, params)) ?? "",
    body: await makeBody(party, endpoint, params),
    headers: fixture?.headers ?? {},
  };
}

export async function makeBody(
  party: Party,
  endpoint: Endpoint,
  params: Readonly<Record<string, string>>,
): Promise<unknown> {
  if (!endpoint.body) return undefined;
  return (await operations[endpoint.operationId]?.body?.(party, params)) ?? exampleOf(endpoint);
}

const examples = new WeakMap<Endpoint, unknown>();

/** The example that the OpenAPI document shows for the body. */
function exampleOf(endpoint: Endpoint): unknown {
  if (!examples.has(endpoint)) examples.set(endpoint, findExample(endpoint));
  return structuredClone(examples.get(endpoint));
}

function findExample(endpoint: Endpoint): unknown {
  const { paths, components } = openApiDocument([endpoint]);
  const operation = paths?.[endpoint.path]?.[endpoint.method];
  const content =
    (operation?.requestBody && "content" in operation.requestBody && operation.requestBody.content) || {};
  const schema = Object.values(content)[0]?.schema ?? {};
  const name = "$ref" in schema ? schema.$ref?.split("/").at(-1) : undefined;
  const resolved = name === undefined ? schema : components?.schemas?.[name];
  return resolved && "example" in resolved ? resolved.example : undefined;
}

export function pathOf({ endpoint, params, query }: Prepared): string {
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_slot, name: string) => params[name] ?? "");
  return query === "" ? path : `${path}?${query}`;
}

export const FORM = "application/x-www-form-urlencoded";

/** Sends a prepared request as the given client. */
export function send(
  client: Client,
  prepared: Prepared,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { endpoint, body } = prepared;
  const all = { ...prepared.headers, ...headers };
  const method = endpoint.method.toUpperCase();
  if (endpoint.bodyType !== "form") return client.request(method, pathOf(prepared), body, { headers: all });
  const raw = new URLSearchParams(body as Record<string, string>).toString();
  return client.request(method, pathOf(prepared), undefined, {
    raw,
    headers: { "content-type": FORM, ...all },
  });
}

/** Sends a body exactly as it is; bytes have no content type of their own. */
export function sendRaw(
  client: Client,
  prepared: Prepared,
  raw: string | Uint8Array,
  contentType: string | undefined,
): Promise<Answer> {
  const headers: Record<string, string> = { ...prepared.headers };
  if (contentType !== undefined) headers["content-type"] = contentType;
  return client.request(prepared.endpoint.method.toUpperCase(), pathOf(prepared), undefined, {
    raw,
    headers,
  });
}
