import { describe, expect, it } from "vitest";
import { authorize } from "../../src/domain/access/authorize.ts";
import { enter } from "../../src/domain/enter.ts";
import { notFound } from "../../src/errors.ts";
import { type Endpoint, memberEndpoint, publicEndpoint } from "../../src/http/endpoint.ts";
import { loadEndpoints } from "../../src/http/endpoints.ts";
import * as z from "../../src/http/zod.ts";
import { readMany, readOne } from "../../src/storage/database.ts";
import { checks, findWrong } from "./checks.ts";
import { makeScene } from "./scene.ts";

/**
 * Endpoints that are wrong on purpose, one mistake each: the walk must catch every one of them, and must have
 * nothing to say about the one that is right.
 */
const params = z.object({ id: z.string() });
const answers = { 200: { description: "A name.", schema: z.strictObject({ name: z.string() }) } };

// On the path of an existing fixture, and in place of the endpoint there.
const read = {
  method: "get",
  path: "/api/roles/{id}",
  tag: "Wrong",
  summary: "Wrong on purpose",
  description: "Stands in for GET /api/roles/{id}.",
  permission: "roles:manage",
  params,
  answers,
} as const;

const write = { ...read, method: "delete", answers: { 204: { description: "Done." } } } as const;

const nameOf = (sql: string, sqlParams: readonly (string | number)[]) =>
  readOne({ sql, params: sqlParams }, (row) => row.name as string);

const right = memberEndpoint({
  ...read,
  operationId: "right",
  async handle({ ctx, params: { id } }) {
    const { access, loaded } = await enter(ctx, ctx.storage.roles.find(id));
    authorize(access, "roles", "manage");
    if (!loaded[0]) throw notFound("role");
    return { status: 200, body: { name: loaded[0].name } };
  },
});

/** Forgets the tenant in its SQL. */
const leaky = memberEndpoint({
  ...read,
  operationId: "leaky",
  async handle({ ctx, params: { id } }) {
    const byId = nameOf("SELECT name FROM roles WHERE id = ?", [id]);
    const { access, loaded } = await enter(ctx, byId);
    authorize(access, "roles", "manage");
    if (!loaded[0]) throw notFound("role");
    return { status: 200, body: { name: loaded[0] } };
  },
});

/** Binds the tenant, but not to what it reads: the recorder of statements cannot see that. */
const slyLeaky = memberEndpoint({
  ...read,
  operationId: "slyLeaky",
  async handle({ ctx, params: { id } }) {
    const byId = nameOf("SELECT name FROM roles WHERE id = ? AND ? <> ''", [id, ctx.tenantId]);
    const { access, loaded } = await enter(ctx, byId);
    authorize(access, "roles", "manage");
    if (!loaded[0]) throw notFound("role");
    return { status: 200, body: { name: loaded[0] } };
  },
});

/** Lists everybody's. */
const listsAll = memberEndpoint({
  ...read,
  path: "/api/roles",
  operationId: "listsAll",
  params: undefined,
  answers: { 200: { description: "Ids.", schema: z.array(z.string()) } },
  async handle({ ctx }) {
    const sql = "SELECT id AS name FROM roles WHERE ? <> ''";
    const { access, loaded } = await enter(
      ctx,
      readMany({ sql, params: [ctx.tenantId] }, (row) => row.name),
    );
    authorize(access, "roles", "manage");
    return { status: 200, body: loaded[0] };
  },
});

/** Its cursors are good for anyone. */
const openCursors = memberEndpoint({
  ...read,
  path: "/api/users",
  operationId: "listUsers",
  params: undefined,
  query: z.strictObject({ limit: z.string().optional(), cursor: z.string().optional() }),
  answers: { 200: { description: "A page.", schema: z.strictObject({ next_cursor: z.string() }) } },
  async handle({ ctx, query }) {
    const { access } = await enter(ctx);
    authorize(access, "users", "manage");
    return { status: 200, body: { next_cursor: query.cursor ?? "page-2" } };
  },
});

/** Answers 404 as it should, in words that tell that the role is somebody's. */
const gossiping = memberEndpoint({
  ...read,
  operationId: "gossiping",
  async handle({ ctx, params: { id } }) {
    const elsewhere = nameOf("SELECT name FROM roles WHERE id = ? AND ? <> ''", [id, ctx.tenantId]);
    const { access, loaded } = await enter(ctx, ctx.storage.roles.find(id), elsewhere);
    authorize(access, "roles", "manage");
    if (!loaded[0]) throw notFound(loaded[1] ? "record" : "role");
    return { status: 200, body: { name: loaded[0].name } };
  },
});

/** Changes what is not the caller's, then answers 404. */
const vandal = memberEndpoint({
  ...write,
  operationId: "vandal",
  async handle({ ctx, params: { id } }) {
    const { access, loaded } = await enter(ctx, ctx.storage.roles.find(id));
    authorize(access, "roles", "manage");
    await ctx.storage.commit([
      { sql: "UPDATE roles SET name = name || '!' WHERE id = ? AND ? <> ''", params: [id, ctx.tenantId] },
    ]);
    if (!loaded[0]) throw notFound("role");
    return { status: 204 };
  },
});

/** Never asks whether one may. */
const unguarded = memberEndpoint({
  ...read,
  operationId: "unguarded",
  async handle({ ctx, params: { id } }) {
    const { loaded } = await enter(ctx, ctx.storage.roles.find(id));
    if (!loaded[0]) throw notFound("role");
    return { status: 200, body: { name: loaded[0].name } };
  },
});

/** Trusts the token without looking whether its session still stands. */
const sessionless = memberEndpoint({
  ...read,
  operationId: "sessionless",
  async handle({ ctx, params: { id } }) {
    const [role] = await ctx.storage.read([ctx.storage.roles.find(id)]);
    if (!role) throw notFound("role");
    return { status: 200, body: { name: role.name } };
  },
});

/** Needs no token, and gives no reason. */
const open = publicEndpoint({
  ...read,
  operationId: "open",
  async handle() {
    return { status: 200, body: { name: "anyone" } };
  },
});

const undeclaredField = memberEndpoint({
  ...read,
  operationId: "undeclaredField",
  async handle({ ctx, params: { id } }) {
    const { access, loaded } = await enter(ctx, ctx.storage.roles.find(id));
    authorize(access, "roles", "manage");
    if (!loaded[0]) throw notFound("role");
    return { status: 200, body: { name: loaded[0].name, grants: loaded[0].grants } };
  },
});

const undeclaredStatus = memberEndpoint({
  ...write,
  operationId: "undeclaredStatus",
  async handle({ ctx }) {
    const { access } = await enter(ctx);
    authorize(access, "roles", "manage");
    return { status: 202 };
  },
});

const chatty = memberEndpoint({
  ...read,
  operationId: "chatty",
  async handle(call) {
    for (let trip = 0; trip < 2; trip++) await enter(call.ctx);
    return right.handle(call as never);
  },
});

/** Stores before it has looked at everything, and falls over what it did not expect. */
const careless = memberEndpoint({
  ...read,
  method: "put",
  operationId: "careless",
  body: z.looseObject({ name: z.unknown() }).openapi({ example: { name: "x" } }),
  async handle({ ctx, params: { id }, body }) {
    const { access, loaded } = await enter(ctx, ctx.storage.roles.find(id));
    authorize(access, "roles", "manage");
    if (!loaded[0]) throw notFound("role");
    return { status: 200, body: { name: (body.name as string).trim() } };
  },
});

/** Does it again when it is asked again. */
const forgetful = memberEndpoint({
  ...write,
  method: "post",
  operationId: "forgetful",
  async handle({ ctx, params: { id } }) {
    const { access, loaded } = await enter(ctx, ctx.storage.roles.find(id));
    authorize(access, "roles", "manage");
    if (!loaded[0]) throw notFound("role");
    await ctx.storage.commit([
      {
        sql: "UPDATE roles SET name = name || '!' WHERE tenant_id = ? AND id = ?",
        params: [ctx.tenantId, id],
      },
    ]);
    return { status: 204 };
  },
});

/**
 * What the walk has to say about an endpoint that is mounted instead of the real one there: everything, or up
 * to the complaint that one waits for.
 */
async function walk(endpoint: Endpoint, complaint?: RegExp): Promise<string> {
  const others = (await loadEndpoints()).filter(
    ({ path, method }) => path !== endpoint.path || method !== endpoint.method,
  );
  const scene = await makeScene({ endpoints: [endpoint, ...others] });
  const wrong: string[] = [];
  for (const check of checks.filter(({ appliesTo }) => appliesTo?.(endpoint) ?? true)) {
    if (check.exemption && endpoint.exempt?.[check.exemption]) continue;
    wrong.push(...(await findWrong(check, scene, endpoint)));
    if (complaint?.test(wrong.join("\n"))) break;
  }
  return wrong.join("\n");
}

describe("the contract walk", () => {
  it("has nothing to say about an endpoint that is right", async () => {
    expect(await walk(right)).toBe("");
  });

  it.each([
    ["forgets the tenant in its SQL", leaky, /statement on roles does not bind the tenant's id/],
    ["reads what is another tenant's", slyLeaky, /id of another tenant: 200/],
    ["lists what is another tenant's", listsAll, /^ids of another tenant: 200/m],
    ["takes a cursor of another tenant", openCursors, /a cursor of another tenant: 200/],
    ["tells that an id is another tenant's", gossiping, /can be told from one that never was/],
    ["changes what is another tenant's", vandal, /the other tenant's rows changed in roles/],
    ["does not ask for the permission", unguarded, /^200 \{"name":"Role_/m],
    ["does not look at the session", sessionless, /a token whose session is of another tenant: 404/],
    ["is public without a reason", open, /no token: 200/],
    ["answers a field that is not declared", undeclaredField, /body at .*: Unrecognized key: "grants"/],
    ["answers a status that is not declared", undeclaredStatus, /undeclared 202/],
    ["makes too many round trips", chatty, /3 D1 round trips/],
    ["falls over odd values", careless, /undeclared problem 500 internal/],
    ["ignores the Idempotency-Key", forgetful, /repeating changed rows in roles/],
  ])("catches an endpoint that %s", async (_mistake, endpoint, complaint) => {
    expect(await walk(endpoint, complaint)).toMatch(complaint);
  });

  it("asks for a fixture where it does not know how to make what a path names", async () => {
    const unknown = memberEndpoint({
      ...read,
      path: "/api/unicorns/{id}",
      operationId: "unknown",
      async handle() {
        return { status: 200, body: { name: "" } };
      },
    });
    expect(await walk(unknown)).toContain(
      'test/contract/fixtures.ts: add to "slots" how to create a /api/unicorns/{id}',
    );
  });
});
