import type { Answer, Client, Problem } from "./client.ts";
import { FIELDS, fullReading, fullValues } from "./kinds.ts";
import { type Chapter, check, checkEqual, need, owner, type Scene } from "./scene.ts";

type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };
interface Page {
  readonly data: readonly Row[];
  readonly total: number | null;
  readonly next_cursor: string | null;
}

/** Made beside the full one, for lists: title, amount, stage. */
const MORE = [
  ["Bakery", 300, "won"],
  ["Florist", 20, "lost"],
  ["Smithy", 100, "won"],
  ["Tannery", 7, "new"],
] as const;

const at = (scene: Scene, rest = ""): string => `/api/data/${need(scene, "table")}${rest}`;
const ofRecord = (scene: Scene, rest = ""): string => at(scene, `/${need(scene, "record").id}${rest}`);

function valuesOf(row: Row): Record<string, unknown> {
  return Object.fromEntries(FIELDS.map(({ name }) => [name, row[name]]));
}

async function titles(answer: Promise<Answer<Page>>): Promise<unknown[]> {
  return (await answer).body.data.map(({ title }) => title);
}

function query(client: Client, scene: Scene, json: unknown): Promise<Answer<Page>> {
  return client.post<Page>(200, at(scene, "/query"), json);
}

/** What is wrong with a request, and where the answer must say it is. */
const MISTAKES: readonly { what: string; path: string; rest?: string; json?: unknown; raw?: string }[] = [
  ...FIELDS.map(({ name, wrong }) => ({
    what: `a wrong ${name}`,
    path: name,
    json: { title: "Wrong", [name]: wrong },
  })),
  { what: "a missing required field", path: "title", json: { amount: 1 } },
  { what: "an unknown field", path: "colour", json: { title: "Wrong", colour: "red" } },
  { what: "broken JSON", path: "", raw: '{"title": ' },
  {
    what: "an unknown filter field",
    path: "filters.and[0].field",
    rest: "/query",
    json: { filters: { and: [{ field: "colour", op: "eq", value: "red" }] } },
  },
  {
    what: "an unknown operator",
    path: "filters.and[0].op",
    rest: "/query",
    json: { filters: { and: [{ field: "title", op: "resembles", value: "x" }] } },
  },
];

export const records: Chapter = {
  title: "Records",
  steps: [
    {
      name: "a record with a value of each kind is created",
      async run(scene) {
        const { body, headers } = await owner(scene).post<Row>(201, at(scene), fullValues());
        scene.facts.record = body;
        checkEqual(headers.get("etag"), '"1"', "ETag");
        checkEqual(valuesOf(body), fullReading(), "the record");
      },
    },
    {
      name: "it reads back the same",
      async run(scene) {
        const { body, headers } = await owner(scene).get<Row>(200, ofRecord(scene));
        checkEqual(valuesOf(body), fullReading(), "the record");
        const cost = headers.get("server-timing") ?? "";
        check(/trips=[12] /.test(cost), `Server-Timing is ${cost || "missing"}`);
      },
    },
    {
      name: "a change changes what it names, and nothing else",
      async run(scene) {
        const { body } = await owner(scene).patch<Row>(200, ofRecord(scene), { amount: 1500.25 });
        checkEqual(body.version, need(scene, "record").version + 1, "version");
        checkEqual(valuesOf(body), { ...fullReading(), amount: 1500.25 }, "the record");
        scene.facts.record = body;
      },
    },
    {
      name: "a change of an outdated version is refused",
      async run(scene) {
        // The same amount again: where this is let through, the next steps still mean what they say.
        const request = { json: { amount: 1500.25 }, headers: { "if-match": '"1"' } };
        await owner(scene).send(412, "PATCH", ofRecord(scene), request);
      },
    },
    {
      name: "several records are created at once",
      async run(scene) {
        const rows = MORE.map(([title, amount, stage]) => ({ title, amount, stage }));
        const { body } = await owner(scene).post<{ succeeded: number; failed: number }>(
          200,
          at(scene, "/bulk-create"),
          { records: rows },
        );
        checkEqual([body.succeeded, body.failed], [MORE.length, 0], "succeeded and failed");
      },
    },
    {
      name: "a link is seen from both sides, and leads nowhere while one is in the trash",
      async run(scene) {
        const { id } = need(scene, "record");
        const part = { title: "Part", parent: id };
        const { body } = await owner(scene).post<Row>(201, at(scene), part);
        checkEqual(body.parent, { id, title: fullReading().title }, "parent");
        const parts = async () => (await owner(scene).get<Row>(200, ofRecord(scene))).body.parts;
        checkEqual(await parts(), [{ id: body.id, title: "Part" }], "parts");
        await owner(scene).delete(204, at(scene, `/${body.id}`));
        checkEqual(await parts(), [], "parts while the other record is in the trash");
      },
    },
    {
      name: "records are filtered",
      async run(scene) {
        const client = owner(scene);
        const flat = JSON.stringify([{ field: "stage", op: "eq", value: "lost" }]);
        const found = client.get<Page>(200, at(scene, `?filters=${encodeURIComponent(flat)}`));
        checkEqual(await titles(found), ["Florist"], "the answer");
        const nested = {
          and: [
            { field: "stage", op: "in", value: ["won", "new"] },
            {
              or: [
                { field: "amount", op: "lt", value: 100 },
                { field: "title", op: "contains", value: "ЕЛКА & so" },
              ],
            },
          ],
        };
        const answer = titles(query(client, scene, { filters: nested, sort: "amount" }));
        checkEqual(await answer, ["Tannery", "Ёлка & Söhne"], "the answer to the nested filter");
      },
    },
    {
      name: "records are sorted",
      async run(scene) {
        // Options are in the order of their list: new, won, lost.
        const sorted = titles(owner(scene).get<Page>(200, at(scene, "?sort=stage,-amount")));
        const expected = ["Tannery", "Ёлка & Söhne", "Bakery", "Smithy", "Florist"];
        checkEqual(await sorted, expected, "the list");
      },
    },
    {
      name: "pages follow each other by cursor, without a gap or a repetition",
      async run(scene) {
        const seen: unknown[] = [];
        let cursor: string | null = "";
        for (let page = 1; cursor !== null; page++) {
          check(page <= MORE.length, "the pages do not end");
          const next: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
          const { body } = await owner(scene).get<Page>(200, at(scene, `?limit=2&sort=-amount${next}`));
          seen.push(...body.data.map(({ title }) => title));
          cursor = body.next_cursor;
        }
        checkEqual(seen, ["Ёлка & Söhne", "Bakery", "Smithy", "Florist", "Tannery"], "all pages together");
      },
    },
    {
      name: "bad input is refused, and the answer names the place",
      async run(scene) {
        for (const { what, path, rest = "", json, raw } of MISTAKES) {
          const request = raw === undefined ? { json } : { raw };
          const { body } = await owner(scene).send<Problem>(400, "POST", at(scene, rest), request);
          const named = body.errors?.map((issue) => issue.path) ?? [];
          check(
            path === "" || named.includes(path),
            `${what}: the answer names ${named.join(", ") || "nothing"}`,
          );
        }
        const { body } = await owner(scene).get<Page>(200, at(scene));
        checkEqual(body.total, MORE.length + 1, "the number of records after all that");
      },
    },
    {
      name: "a deleted record is gone, and comes back whole",
      async run(scene) {
        const client = owner(scene);
        await client.delete(204, ofRecord(scene));
        await client.get(404, ofRecord(scene));
        await client.post(200, ofRecord(scene, "/restore"));
        const { body } = await client.get<Row>(200, ofRecord(scene));
        checkEqual(valuesOf(body), { ...fullReading(), amount: 1500.25 }, "the record");
      },
    },
  ],
};
