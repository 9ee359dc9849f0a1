import { describe, expect, it } from "vitest";
import { budgets, overBudget } from "../../scripts/bench/budgets.ts";
import { costOf, highest } from "../../scripts/bench/cost.ts";
import { measure, WARM_UP } from "../../scripts/bench/measure.ts";
import { recordsStatement, shortName, type TracedStatement } from "../../scripts/bench/trace.ts";

const reply = (serverTiming: string | undefined) => ({
  status: 200,
  headers: serverTiming === undefined ? {} : { "server-timing": serverTiming },
  text: "",
});

const statement = (sql: string, answerLength = 2): TracedStatement => ({
  sql,
  params: [],
  rowsRead: 1,
  rowsWritten: 0,
  answerLength,
});

describe("a request's cost", () => {
  it("is read from Server-Timing", () => {
    const header = 'd1;desc="trips=2 rows_read=51 rows_written=14";dur=3.1';
    expect(costOf(reply(header))).toEqual({ trips: 2, rowsRead: 51, rowsWritten: 14 });
  });

  it("is never taken for nothing when the header is not there", () => {
    expect(() => costOf(reply(undefined))).toThrow("Server-Timing lacks trips");
    expect(() => costOf(reply('d1;desc="trips=2 rows_read=51"'))).toThrow("lacks rows_written");
  });

  it("is over its budget by the figures that exceed a ceiling, not by those that have none", () => {
    expect(overBudget({ trips: 2, rowsRead: 15, rowsWritten: 0 }, budgets.get)).toEqual([]);
    expect(overBudget({ trips: 3, rowsRead: 16, rowsWritten: 0 }, budgets.get)).toEqual([
      "trips 3 > 2",
      "read 16 > 15",
    ]);
    expect(overBudget({ trips: 2, rowsRead: 90_000, rowsWritten: 90_000 }, budgets.delete)).toEqual([]);
  });
});

describe("a series", () => {
  it("leaves out the warm-up and tells the highest cost of the rest", async () => {
    const costs = [...Array.from({ length: WARM_UP }, () => 900), 10, 30, 20];
    const measured = await measure("get", 3, async (i) =>
      reply(`d1;desc="trips=1 rows_read=${costs[i]} rows_written=0"`),
    );
    expect(measured).toMatchObject({ name: "get", requests: 3, trips: 1, rowsRead: 30, rowsWritten: 0 });
    expect(measured.p95).toBeGreaterThanOrEqual(measured.p50);
  });

  it("has no cost when nothing was sent", () => {
    expect(highest([])).toEqual({ trips: 0, rowsRead: 0, rowsWritten: 0 });
  });
});

describe("a traced statement", () => {
  it("is named by its verb and table, whatever stands in parentheses", () => {
    const nested =
      "SELECT r.*, (SELECT m.full_name FROM members m WHERE m.id = (r.data ->> '$.a1')) FROM records r";
    expect(shortName(statement(nested))).toBe("SELECT records");
    expect(shortName(statement("INSERT INTO guard (tenant_id) VALUES (?)"))).toBe("INSERT guard");
    expect(shortName(statement("UPDATE entity_types SET record_count = 1"))).toBe("UPDATE entity_types");
    expect(shortName(statement("DELETE FROM record_index WHERE a IN (SELECT value FROM json_each(?))"))).toBe(
      "DELETE record_index",
    );
  });

  it("is the one for the bare Worker when it answers most of those on records", () => {
    const page = statement("SELECT * FROM records r LIMIT 51", 30_000);
    const probe = statement("SELECT count(*) FROM records");
    const type = statement("SELECT * FROM entity_types", 90_000);
    expect(recordsStatement([type, probe, page])).toBe(page);
    expect(() => recordsStatement([type])).toThrow("No statement on records");
  });
});
