import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { proof } from "../../support/proof.ts";
import { type MemberClient, makeWorld, type TestTenant } from "../../support/world.ts";

const world = makeWorld();
const path = "/api/data/leads";
let tenant: TestTenant;

interface Problem {
  readonly code?: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}
type Moved = Problem & { readonly id: string; readonly position: string; readonly version: number };
type Ordered = Problem & { readonly status: string; readonly ordered_ids: readonly string[] };

beforeAll(async () => {
  tenant = await world.tenant();
});

/** Records of a company of their own, in the order of its list; `tied` ones get the same position. */
async function rows(count: number, tied: readonly number[] = []) {
  const company = await world.tenant();
  const records = Array.from({ length: count }, (_, i) => ({ organization_name: `Row ${i}` }));
  const { body } = await company.owner.post<{ results: { id: string }[] }>(`${path}/bulk-create`, {
    records,
  });
  const ids = body.results.map(({ id }) => id);
  const [first] = tied;
  if (first !== undefined) {
    await env.TENANTS_01.prepare(
      `UPDATE records SET position = (SELECT position FROM records WHERE tenant_id = ?1 AND id = ?2)
       WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?3))`,
    )
      .bind(company.id, ids[first], JSON.stringify(tied.map((i) => ids[i])))
      .run();
  }
  return { client: company.owner, ids: await listed(company.owner) };
}

async function listed(client: MemberClient): Promise<string[]> {
  const { body } = await client.get<{ data: { id: string }[] }>(`${path}?limit=200`);
  return body.data.map(({ id }) => id);
}

const move = (client: MemberClient, body: unknown) => client.post<Moved>(`${path}/position`, body);
const put = (client: MemberClient, body: unknown) => client.post<Ordered>(`${path}/order`, body);
const issue = ({ body }: { body: Problem }) => [body.errors?.[0]?.path, body.errors?.[0]?.code];

describe("a moved record", () => {
  it("stands after or before the other, and is the only one written", async () => {
    const { client, ids } = await rows(5);
    const [a, b, c, d, e] = ids;
    const { status, body, headers, cost } = await move(client, { record_id: a, after_id: c });
    expect([status, body.version, headers.get("etag")]).toEqual([200, 2, '"2"']);
    expect(await listed(client)).toEqual([b, c, a, d, e]);
    expect(cost.trips).toBe(2);
    expect(cost.rowsRead).toBeLessThanOrEqual(60);
    expect(cost.rowsWritten).toBeLessThanOrEqual(6);
    await move(client, { record_id: e, before_id: b });
    expect(await listed(client)).toEqual([e, b, c, a, d]);
    await move(client, { record_id: e, after_id: d });
    await move(client, { record_id: b, before_id: a, after_id: c });
    expect(await listed(client)).toEqual([c, b, a, d, e]);
    const { body: record } = await client.get<{ position: string; version: number }>(`${path}/${a}`);
    expect(record).toMatchObject({ position: body.position, version: 2 });
  });

  it("may stay where it is", async () => {
    const { client, ids } = await rows(3);
    await move(client, { record_id: ids[1], after_id: ids[0] });
    await move(client, { record_id: ids[1], before_id: ids[2] });
    expect(await listed(client)).toEqual(ids);
  });

  it("needs to be there, as the other has to", async () => {
    const { ids } = await rows(2);
    const { client, ids: mine } = await rows(3);
    const [a, b, c] = mine;
    await client.delete(`${path}/${c}`);
    const unknown = crypto.randomUUID();
    for (const id of [unknown, ids[0], c]) {
      expect(issue(await move(client, { record_id: id, after_id: a }))).toEqual([
        "record_id",
        "unknown_record",
      ]);
      expect(issue(await move(client, { record_id: a, after_id: id }))).toEqual([
        "after_id",
        "unknown_record",
      ]);
      expect(issue(await move(client, { record_id: a, before_id: id }))).toEqual([
        "before_id",
        "unknown_record",
      ]);
    }
    expect(issue(await move(client, { record_id: a }))).toEqual(["before_id", "required"]);
    expect(issue(await move(client, { record_id: a, before_id: a }))).toEqual(["before_id", "given_twice"]);
    expect(issue(await move(client, { record_id: c, after_id: b, before_id: a }))).toEqual([
      "record_id",
      "unknown_record",
    ]);
    expect(await listed(client)).toEqual([a, b]);
  });

  it("does not go between two that stand the other way round", async () => {
    const { client, ids } = await rows(3);
    const answer = await move(client, { record_id: ids[2], after_id: ids[1], before_id: ids[0] });
    expect([answer.status, ...issue(answer)]).toEqual([400, "before_id", "wrong_order"]);
  });

  it("takes the right to edit", async () => {
    const viewer = await tenant.member({ permissions: ["leads:view"] });
    const id = crypto.randomUUID();
    expect((await move(viewer, { record_id: id, after_id: id })).status).toBe(403);
    expect((await put(viewer, { record_ids: [id] })).status).toBe(403);
  });

  it("finds its place among records of the same position", async () => {
    const { client, ids } = await rows(6, [1, 2, 3]);
    const [a, b, c, d, e, f] = ids;
    await move(client, { record_id: a, after_id: b });
    expect(await listed(client)).toEqual([b, a, c, d, e, f]);
    const again = await rows(6, [1, 2, 3, 4]);
    const [u, v, w, x, y, z] = again.ids;
    await move(again.client, { record_id: z, before_id: x });
    expect(await listed(again.client)).toEqual([u, v, w, z, x, y]);
    await move(again.client, { record_id: x, before_id: v });
    expect(await listed(again.client)).toEqual([u, x, v, w, z, y]);
  });

  it("is moved although two were created at the same moment", async () => {
    const { client, ids } = await rows(2);
    client.beforeCommit(() => client.post(path, { organization_name: "First" }));
    await client.post(path, { organization_name: "Second" });
    const [one, two] = await listed(client);
    await move(client, { record_id: ids[1], after_id: one });
    expect(await listed(client)).toEqual([one, ids[1], two, ids[0]]);
  });

  it("is moved again when its neighbour goes somewhere else meanwhile", async () => {
    const { client, ids } = await rows(4);
    const [a, b, c, d] = ids;
    client.beforeCommit(() => move(client, { record_id: b, after_id: d }));
    await move(client, { record_id: a, after_id: b });
    expect(await listed(client)).toEqual([c, d, b, a]);
  });
});

describe("an order", () => {
  it("is given to the records named, in the places that they had", async () => {
    const { client, ids } = await rows(6);
    const [a, b, c, d, e, f] = ids;
    const { status, body, cost } = await put(client, { record_ids: [e, c, b] });
    expect([status, body]).toEqual([200, { status: "ok", ordered_ids: [e, c, b] }]);
    expect(cost.trips).toBe(2);
    expect(await listed(client)).toEqual([a, e, c, d, b, f]);
    const same = await put(client, { entity_ids: [e, c, b] });
    expect(same.cost.rowsWritten).toBe(0);
    expect(await listed(client)).toEqual([a, e, c, d, b, f]);
  });

  it("passes over what is not there, and refuses what is named twice", async () => {
    const { client, ids } = await rows(3);
    const { ids: foreign } = await rows(1);
    const { body } = await put(client, { record_ids: [ids[2], foreign[0], ids[0], crypto.randomUUID()] });
    expect(body.ordered_ids).toEqual([ids[2], ids[0]]);
    expect(await listed(client)).toEqual([ids[2], ids[1], ids[0]]);
    expect(issue(await put(client, { record_ids: [ids[0], ids[0]] }))).toEqual([
      "record_ids[1]",
      "given_twice",
    ]);
    expect(issue(await put(client, {}))).toEqual(["record_ids", "required"]);
  });
});

describe("any sequence of moves and orders", () => {
  it("leaves the list as a list in memory would stand", async () => {
    const runs = proof("row order agrees with a model", { full: 200, reduced: 6 }, 20_261_127);
    const at = fc.nat({ max: 7 });
    const step = fc.oneof(
      fc.record({ verb: fc.constantFrom("after" as const, "before" as const), which: at, other: at }),
      fc.record({ verb: fc.constant("order" as const), which: fc.uniqueArray(at, { minLength: 1 }) }),
    );
    const ties = fc.uniqueArray(at, { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(ties, fc.array(step, { minLength: 1, maxLength: 8 }), async (tied, steps) => {
        const { client, ids: model } = await rows(8, tied);
        for (const happening of steps) {
          if (happening.verb === "order") {
            const wanted = happening.which.map((i) => model[i] as string);
            const places = [...happening.which].sort((a, b) => a - b);
            expect((await put(client, { record_ids: wanted })).status).toBe(200);
            for (const [i, place] of places.entries()) model[place] = wanted[i] as string;
          } else if (happening.which !== happening.other) {
            const [id, other] = [model[happening.which] as string, model[happening.other] as string];
            const body = { record_id: id, [`${happening.verb}_id`]: other };
            expect((await move(client, body)).status).toBe(200);
            model.splice(happening.which, 1);
            model.splice(model.indexOf(other) + (happening.verb === "after" ? 1 : 0), 0, id);
          }
          expect(await listed(client)).toEqual(model);
        }
      }),
      { numRuns: runs, seed: 20_261_127 },
    );
  });
});
