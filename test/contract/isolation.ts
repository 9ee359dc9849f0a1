import type { Endpoint } from "../../src/http/endpoint.ts";
import { changedTables, tenantRows } from "../support/tenant-rows.ts";
import type { Answer } from "../support/world.ts";
import { type Check, told } from "./check.ts";
import { operations, type Party, queryIds } from "./fixtures.ts";
import { makeParams, type Prepared, prepare, type Scene, send, slotFixture, slotsOf } from "./scene.ts";

export const hidesOtherTenants: Check = {
  title: "answers 404 to another tenant's ids, as to ids that never were, and leaves them alone",
  exemption: "other_tenant",
  appliesTo: (endpoint) => endpoint.access === "member" && namesSomething(endpoint),
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

/** Every id in the rows of a tenant. */
export async function idsOf({ tenant }: Party): Promise<string[]> {
  const rows = Object.values(await tenantRows(tenant)).flat();
  return [...new Set(rows.flatMap((row) => row.match(UUID) ?? []))];
}
