import { beforeAll, describe, expect, it } from "vitest";
import type { FilterNode, PagePlace } from "../../src/domain/record-query/checked-query.ts";
import { placeOf } from "../../src/domain/record-query/page-place.ts";
import { parseRecordQuery, type RecordListInput } from "../../src/domain/record-query/parse-record-query.ts";
import { derive } from "../../src/domain/records/derive.ts";
import type { Read } from "../../src/storage/database.ts";
import { planCount, planList, SCAN_CEILING } from "../../src/storage/record-plan.ts";
import { type DealsTable, dealsTable } from "../support/deals-table.ts";

const PAGE = 50;
const [SMALL, LARGE] = [2_000, 10_000];
const ID = "0192f0c1-2b3c-7d4e-8f50-123456789abc";

let rowsRead = 0;
const meter = {
  record(_statements: readonly unknown[], results: readonly D1Result[]) {
    rowsRead = results.reduce((sum, { meta }) => sum + (meta.rows_read ?? 0), 0);
  },
};

const tables = new Map<number, DealsTable>();
beforeAll(async () => {
  for (const size of [SMALL, LARGE]) tables.set(size, await dealsTable(size, meter));
});
const tableOf = (size: number) => tables.get(size) as DealsTable;

function queryOf({ entityType, memberId }: DealsTable, input: RecordListInput) {
  const context = { memberId, timeZone: "UTC", defaultCountry: "RU", now: new Date() };
  return parseRecordQuery(input, entityType, context).query;
}

/** Rows read by, and records on, the page of that number, counted from 1. */
async function costOf(size: number, input: RecordListInput, number = 1) {
  const { storage, entityType } = tableOf(size);
  const query = queryOf(tableOf(size), input);
  let after: PagePlace | undefined;
  for (let page = 1; ; page++) {
    const request = { after, skip: 0, rows: PAGE + 1 };
    let [whole] = await storage.read([storage.recordQueries.page(entityType, query, request)]);
    let rows = rowsRead;
    while (whole.further) {
      [whole] = await storage.read([whole.further]);
      rows += rowsRead;
    }
    const found = whole.records;
    if (page === number) {
      return { rows, found: found.length };
    }
    const last = found[PAGE - 1];
    if (!last) throw new Error(`there is no page ${page + 1}`);
    after = placeOf(query, last);
  }
}

async function explain(input: RecordListInput, after?: PagePlace): Promise<string[]> {
  const { storage, entityType } = tableOf(SMALL);
  const request = { after, skip: 0, rows: PAGE + 1 };
  const { sql, params } = storage.recordQueries.page(entityType, queryOf(tableOf(SMALL), input), request);
  const plan: Read<string[]> = {
    sql: `EXPLAIN QUERY PLAN ${sql}`,
    params,
    decode: (rows) => rows.map(({ detail }) => String(detail)),
  };
  return (await storage.read([plan]))[0];
}

describe("rows read by a page", () => {
  const above5 = { field: "amount", op: "gt", value: 5 };
  const upTo99999 = { field: "amount", op: "lte", value: 99_999 };
  const stage3 = [{ field: "stage", value: 3 }];
  it.each<[string, RecordListInput, { ceiling: number; deepest?: number }]>([
    ["in the default order", {}, { ceiling: 75 }],
    ["in the default order, backwards", { sort: "-position" }, { ceiling: 75 }],
    ["of one owner", { filters: [{ field: "owner_id", value: "$me" }] }, { ceiling: 75 }],
    ["sorted by an indexed attribute", { sort: "amount" }, { ceiling: 165 }],
    ["sorted by an indexed attribute, descending", { sort: "-amount" }, { ceiling: 165 }],
    ["sorted by an indexed attribute with ties", { sort: "-stage" }, { ceiling: 165 }],
    ["in a range, sorted by it", { filters: above5, sort: "amount" }, { ceiling: 165 }],
    ["in a range open below, descending", { filters: upTo99999, sort: "-amount" }, { ceiling: 165 }],
    // One in seven of the small table fills five pages.
    ["equal in what it is sorted by", { filters: stage3, sort: "stage" }, { ceiling: 165, deepest: 5 }],
  ])("%s do not grow with the table, nor with the page's number", async (_what, input, limits) => {
    const costs: number[] = [];
    for (const size of [SMALL, LARGE]) {
      for (const number of [1, limits.deepest ?? 20]) {
        const { rows, found } = await costOf(size, input, number);
        expect(found).toBeGreaterThanOrEqual(PAGE);
        costs.push(rows);
      }
    }
    expect(Math.max(...costs)).toBeLessThanOrEqual(limits.ceiling);
    expect(Math.max(...costs) - Math.min(...costs)).toBeLessThanOrEqual(2);
  });

  it("are those that are equal, however long the table is", async () => {
    for (const size of [SMALL, LARGE]) {
      const { rows, found } = await costOf(size, { filters: [{ field: "code", value: 3 }] });
      expect(found).toBe(20);
      expect(rows).toBeLessThanOrEqual(5 * found + 20);
    }
  });

  it.each(["amount", "-amount", "position", "-created_at"])(
    "equal in an attribute and sorted by %s are as many as it takes to find them",
    async (sort) => {
      for (const size of [SMALL, LARGE]) {
        const { rows } = await costOf(size, { filters: stage3, sort });
        // Three samples of 32, and an eighth of what is walked through at the least.
        expect(rows).toBeLessThanOrEqual(3 * 32 + 8 * (PAGE + 1) + 2 * (PAGE + 1) + 20);
      }
    },
  );

  it.each([
    "stage,amount",
    "-stage,-amount",
    "stage,-amount",
    "amount,stage",
    "code,amount",
    "-stage,position",
  ])("sorted by %s are few, whether the groups are large or small", async (sort) => {
    for (const size of [SMALL, LARGE]) {
      for (const number of [1, 10]) {
        expect((await costOf(size, { sort }, number)).rows).toBeLessThanOrEqual(1_500);
      }
    }
  });

  it("in the order of creation do not grow with the table", async () => {
    for (const size of [SMALL, LARGE]) {
      for (const sort of ["created_at", "-created_at"]) {
        expect((await costOf(size, { sort }, 20)).rows).toBeLessThanOrEqual(75);
      }
    }
  });

  it("looked up by their ids are a few for each", async () => {
    const { storage, entityType } = tableOf(LARGE);
    const request = { after: undefined, skip: 0, rows: 20 };
    const page = storage.recordQueries.page(entityType, queryOf(tableOf(LARGE), {}), request);
    const value = (await storage.read([page]))[0].records.map(({ id }) => id);
    const { rows, found } = await costOf(LARGE, { filters: [{ field: "id", op: "in", value }] });
    expect(found).toBe(20);
    expect(rows).toBeLessThanOrEqual(5 * found);
  });

  it("are the whole table where nothing leads to them", async () => {
    for (const input of [{ sort: "weight" }, { sort: "-weight,amount" }, { sort: "updated_at" }]) {
      expect((await costOf(SMALL, input)).rows).toBeLessThanOrEqual(2 * SMALL + 5);
    }
  });

  // "Сделка" is in every title, each number in few.
  it.each<[string, RecordListInput, { found: number; ceiling: number }]>([
    ["a common word", { q: "сделка" }, { found: PAGE + 1, ceiling: 160 }],
    ["a common part of a word", { q: "ДЕЛК" }, { found: PAGE + 1, ceiling: 160 }],
    ["two letters", { q: "сд" }, { found: PAGE + 1, ceiling: 160 }],
    ["one letter", { q: "с" }, { found: PAGE + 1, ceiling: 160 }],
    ["two words", { q: "сделка 199" }, { found: 12, ceiling: 500 }],
    ["a rare word", { q: "1999" }, { found: 1, ceiling: 10 }],
    ["an absent word", { q: "контракт" }, { found: 0, ceiling: 5 }],
    ["an absent word and a common one", { q: "сделка контракт" }, { found: 0, ceiling: 5 }],
    ["a rare word, sorted", { q: "1999", sort: "amount" }, { found: 1, ceiling: 20 }],
    ["a common word, sorted", { q: "сделка", sort: "amount" }, { found: PAGE + 1, ceiling: 500 }],
    ["one field", { q: "сделка", search_fields: "title" }, { found: PAGE + 1, ceiling: 160 }],
  ])("to search for %s are few, however long the table is", async (_what, input, { found, ceiling }) => {
    for (const size of [SMALL, LARGE]) {
      const cost = await costOf(size, input);
      if (size === SMALL) expect(cost.found).toBe(found);
      expect(cost.rows).toBeLessThanOrEqual(ceiling);
      if (found > PAGE) {
        const deep = await costOf(size, input, 20);
        expect(deep.found).toBe(PAGE + 1);
        expect(deep.rows).toBeLessThanOrEqual(ceiling);
      }
    }
  });

  it("do not grow with the trash", async () => {
    const { storage, entityType } = tableOf(SMALL);
    const request = { after: undefined, skip: 0, rows: 500 };
    const page = storage.recordQueries.page(entityType, queryOf(tableOf(SMALL), {}), request);
    const gone = (await storage.read([page]))[0].records.map((record) => ({
      record,
      rows: derive(entityType, record.data),
    }));
    await storage.commit(storage.records.trash(entityType, gone, new Date().toISOString()));
    expect((await costOf(SMALL, {}, 5)).rows).toBeLessThanOrEqual(75);
    expect(await costOf(SMALL, { trash: true }, 5)).toEqual({ rows: expect.any(Number), found: PAGE + 1 });
    expect(rowsRead).toBeLessThanOrEqual(75);
    await storage.commit(storage.records.restore(entityType, gone));
  });

  it("to count are those that are counted", async () => {
    const { storage, entityType } = tableOf(SMALL);
    const count = async (input: RecordListInput) =>
      (await storage.read([storage.recordQueries.count(entityType, queryOf(tableOf(SMALL), input))]))[0];
    expect(await count({ filters: [{ field: "code", value: 3 }] })).toBe(20);
    expect(rowsRead).toBeLessThanOrEqual(41);
    expect(await count({ filters: [{ field: "weight", op: "lt", value: 10 }] })).toBe(30);
    expect(rowsRead).toBeLessThanOrEqual(SMALL + 1);
    expect(await count({ trash: true })).toBe(0);
  });
});

describe("query plans", () => {
  const position = "SEARCH r USING INDEX records_by_position (tenant_id=? AND type=?";
  const creation = "SEARCH r USING INDEX records_by_creation (tenant_id=? AND type=?";
  const owner = "SEARCH r USING INDEX records_by_owner (tenant_id=? AND type=? AND owner_id=?";
  const trash = "SEARCH r USING INDEX records_in_trash (tenant_id=? AND type=? AND deleted_at>?";
  const byNumber = "SEARCH r USING INDEX sqlite_autoindex_records_1 (tenant_id=? AND type=? AND number=?)";
  const index = (range: string) => [
    `SEARCH i USING PRIMARY KEY (tenant_id=? AND attribute=?${range})`,
    byNumber,
  ];
  const found = (range: string) => [`SCAN s VIRTUAL TABLE INDEX ${range}`, byNumber];
  const sorted = "USE TEMP B-TREE FOR ORDER BY";
  const sortedWithin = "USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY";

  const between = { field: "amount", op: "between", value: [1, 9] };
  const equal = { field: "amount", value: 9 };
  const mine = { field: "owner_id", value: "$me" };
  const either = { or: [equal, { field: "stage", value: 1 }] };

  it.each<[RecordListInput, PagePlace | undefined, string[]]>([
    [{}, undefined, [`${position})`]],
    [{}, ["a0", 5], [`${position} AND (position,number)>(?,?))`]],
    [{ sort: "-position" }, ["a0", 5], [`${position} AND (position,number)<(?,?))`]],
    [{ filters: either }, undefined, [`${position})`]],
    [{ filters: mine }, ["a0", 5], [`${owner} AND (position,number)>(?,?))`]],
    // 192: from the highest rowid to the lowest, as asked for.
    [{ q: "сделка" }, undefined, found("192:M1><")],
    [{ q: "сделка" }, [5, 5], found("192:M1><")],
    [{ q: "сделка", sort: "weight" }, undefined, [...found("0:M1><"), sorted]],
    [{ sort: "created_at" }, undefined, [`${creation})`]],
    [{ sort: "-created_at" }, ["2026", 5], [`${creation} AND (created_at,number)<(?,?))`]],
    [{ sort: "amount" }, undefined, index("")],
    [{ sort: "amount" }, [5, 5], index(" AND (key,record)>(?,?)")],
    [{ sort: "-amount" }, [5, 5], index(" AND (key,record)<(?,?)")],
    [{ sort: "amount", filters: between }, undefined, index(" AND key>? AND key<?")],
    [{ sort: "amount", filters: between }, [5, 5], index(" AND (key,record)>(?,?) AND key<?")],
    [{ sort: "-amount", filters: between }, [5, 5], index(" AND key>? AND (key,record)<(?,?)")],
    [{ sort: "amount", filters: equal }, [9, 5], index(" AND key=? AND record>?")],
    [{ sort: "amount,weight" }, undefined, [...index(""), sortedWithin]],
    [{ sort: "amount,-weight" }, [5, 1, 5], [...index(" AND key>?"), sortedWithin]],
    [{ filters: equal, sort: "weight" }, [1, 5], [...index(" AND key=?"), sorted]],
    [
      { filters: { field: "id", value: ID } },
      undefined,
      ["SEARCH r USING INDEX records_by_id (tenant_id=? AND id=?)"],
    ],
    [{ sort: "weight" }, [1, 5], [`${position})`, sorted]],
    [{ sort: "weight", filters: mine }, [1, 5], [`${owner})`, sorted]],
    [{ trash: true }, undefined, [`${trash})`]],
    [{ trash: true }, ["2026-01-01T00:00:00.000Z", 5], [`${trash} AND (deleted_at,number)<(?,?))`]],
  ])("%j after %j", async (input, after, expected) => {
    expect(await explain(input, after)).toEqual(expected);
  });

  /** How the statement of a choice reaches records by each of its ways; the first is the walk. */
  async function waysOf(input: RecordListInput, after?: PagePlace): Promise<string[][]> {
    const steps = (await explain(input, after)).join("\n").split("\nUNION ALL\n").slice(1);
    return steps.map((way) => way.split("\n").filter((step) => /^(SEARCH|USE)|VIRTUAL/.test(step)));
  }
  const lookedUp = "SEARCH e0 USING PRIMARY KEY (tenant_id=? AND attribute=? AND key=? AND record=?)";
  const equally = [...index(" AND key=?"), sorted, byNumber];
  const walked = (range: string) => `SEARCH i USING PRIMARY KEY (tenant_id=? AND attribute=?${range})`;
  const isFound = "SCAN s EXISTS VIRTUAL TABLE INDEX 0:=M1";

  it.each<[RecordListInput, PagePlace | undefined, string[][]]>([
    [{ filters: equal }, undefined, [[`${position})`, lookedUp, byNumber], equally]],
    [
      { filters: equal },
      ["a0", 5],
      [[`${position} AND (position,number)>(?,?))`, lookedUp, byNumber], equally],
    ],
    [{ filters: equal, sort: "-created_at" }, undefined, [[`${creation})`, lookedUp, byNumber], equally]],
    [{ filters: equal, sort: "stage" }, undefined, [[walked(""), lookedUp, byNumber], equally]],
    [
      { filters: equal, sort: "-stage" },
      [1, 5],
      [[walked(" AND (key,record)<(?,?)"), lookedUp, byNumber], equally],
    ],
    [
      { filters: mine, sort: "amount" },
      undefined,
      [
        [walked(""), byNumber],
        [`${owner})`, sorted, byNumber],
      ],
    ],
    [
      { filters: [mine, equal], sort: "position" },
      undefined,
      [[`${owner})`, lookedUp, byNumber], [`${owner})`, byNumber], equally],
    ],
    [
      { q: "сделка", sort: "amount" },
      undefined,
      [
        [walked(""), byNumber, isFound],
        [...found("0:M1><"), sorted, byNumber],
      ],
    ],
    [
      { q: "сделка", filters: equal },
      undefined,
      [
        ["SCAN s VIRTUAL TABLE INDEX 192:M1><", lookedUp, byNumber],
        [...index(" AND key=?"), isFound, sorted, byNumber],
      ],
    ],
  ])(
    "choose for %j after %j between a walk that sorts nothing and collecting",
    async (input, after, ways) => {
      const actual = await waysOf(input, after);
      expect(actual).toEqual(ways);
      expect(actual[0]).not.toContain(sorted);
    },
  );

  it("walk an index in search of small groups", async () => {
    const steps = await explain({ sort: "stage,amount" });
    expect(steps).toContain("MATERIALIZE entries");
    expect(steps).toContain(walked(""));
    expect(await explain({ sort: "-stage,amount" }, [3, 5, 5])).toContain(walked(" AND key<?"));
  });

  it("take a list of keys from the parameter", async () => {
    const steps = await explain({ filters: { field: "amount", op: "in", value: [9, 10] }, sort: "weight" });
    expect(steps.slice(0, 1)).toEqual(index(" AND key=?").slice(0, 1));
    expect(steps).toContain(byNumber);
    expect(steps).toContain(sorted);
  });
});

describe("the ceiling", () => {
  const table = () => tableOf(SMALL);
  const told = (plan: () => { name: string }) => {
    try {
      return plan().name;
    } catch (error) {
      const { code, params } = error as { code: string; params: Record<string, unknown> };
      return [code, params.attribute];
    }
  };
  const stage1 = { field: "stage", value: 1 };
  const weight1 = { field: "weight", value: 1 };
  const mine = { field: "owner_id", value: "$me" };

  it.each<[RecordListInput, string | [string, string | undefined]]>([
    [{}, "position"],
    [{ filters: mine }, "position"],
    [{ sort: "amount" }, "sort"],
    [{ sort: "amount", filters: { field: "amount", op: "gt", value: 1 } }, "sort"],
    [{ filters: stage1 }, "choice"],
    [{ filters: stage1, sort: "amount" }, "choice"],
    [{ filters: mine, sort: "amount" }, "choice"],
    [{ q: "сделка" }, "search"],
    [{ q: "сделка", sort: "amount" }, "choice"],
    [{ q: "сделка", filters: stage1 }, "choice"],
    [{ sort: "-created_at" }, "creation"],
    [{ filters: [weight1, { field: "id", value: ID }] }, "ids"],
    [{ sort: "weight" }, ["query_too_expensive", "weight"]],
    [{ filters: weight1 }, ["query_too_expensive", "weight"]],
    [{ filters: weight1, sort: "amount" }, ["query_too_expensive", "weight"]],
    [{ filters: { not: stage1 } }, ["query_too_expensive", undefined]],
    [{ sort: "updated_at" }, ["query_too_expensive", undefined]],
  ])("lets %j be %j in a long table", (input, expected) => {
    expect(told(() => planList(queryOf(table(), input), SCAN_CEILING + 1))).toEqual(expected);
    expect(typeof told(() => planList(queryOf(table(), input), SCAN_CEILING))).toBe("string");
  });

  it("holds for counts, too", () => {
    const plan = (input: RecordListInput, records: number) =>
      told(() => planCount(queryOf(table(), input), records));
    expect(plan({ filters: weight1 }, SCAN_CEILING)).toBe("scan");
    expect(plan({ filters: weight1, sort: "amount" }, SCAN_CEILING + 1)).toEqual([
      "query_too_expensive",
      "weight",
    ]);
    expect(plan({ filters: stage1 }, SCAN_CEILING + 1)).toBe("equality");
  });

  it("counts what records are linked to, where that is looked at", () => {
    const node = queryOf(table(), { filters: weight1 }).filter as FilterNode;
    const link = { attribute: 1, isFront: true, isOnePerSource: true, otherTypeId: ID, otherType: 2 };
    const hop = { type: "hop" as const, link, node, orNone: false, ownerId: undefined };
    const query = { ...queryOf(table(), {}), filter: hop };
    const most = SCAN_CEILING / 4;
    expect([planList(query, most).name, planCount(query, most).name]).toEqual(["position", "scan"]);
    // The index that would help is none of the list's own.
    expect(told(() => planList(query, most + 1))).toEqual(["query_too_expensive", undefined]);
    expect(told(() => planCount(query, most + 1))).toEqual(["query_too_expensive", undefined]);
  });
});
