import { describe, expect, test } from "vitest";
import { InvalidValue } from "../../../src/domain/attribute-kinds/kind.ts";
import { momentsOf, readRelativeDays, todayIn } from "../../../src/domain/record-query/relative-dates.ts";

describe("relative dates", () => {
  test.each([
    ["2026-11-24", "today", "2026-11-24", "2026-11-24"],
    ["2026-12-31", "tomorrow", "2027-01-01", "2027-01-01"],
    ["2024-03-01", "yesterday", "2024-02-29", "2024-02-29"],
    ["2026-01-03", "one_week_ago", "2025-12-27", "2025-12-27"],
    ["2026-11-24", "one_week_from_now", "2026-12-01", "2026-12-01"],
    ["2026-03-31", "one_month_ago", "2026-02-28", "2026-02-28"],
    ["2026-01-31", "one_month_from_now", "2026-02-28", "2026-02-28"],
    ["2026-12-15", "one_month_from_now", "2027-01-15", "2027-01-15"],
    ["2026-11-24", "this_week", "2026-11-23", "2026-11-29"],
    ["2026-11-29", "this_week", "2026-11-23", "2026-11-29"],
    ["2026-01-01", "last_week", "2025-12-22", "2025-12-28"],
    ["2024-02-10", "this_month", "2024-02-01", "2024-02-29"],
    ["2026-01-10", "last_month", "2025-12-01", "2025-12-31"],
    ["2026-03-31", "last_month", "2026-02-01", "2026-02-28"],
    ["2026-11-24", "this_quarter", "2026-10-01", "2026-12-31"],
    ["2026-02-24", "last_quarter", "2025-10-01", "2025-12-31"],
    ["2026-11-24", "this_year", "2026-01-01", "2026-12-31"],
    ["2026-11-24", "last_year", "2025-01-01", "2025-12-31"],
  ])("on %s %s is %s to %s", (today, word, first, last) => {
    expect(readRelativeDays(word, today)).toEqual({ first, last });
  });

  test.each([
    [{ days_ago: 7 }, "2026-11-17"],
    [{ days_ago: 0 }, "2026-11-24"],
    [{ type: "number_of_days_ago", amount: 31 }, "2026-10-24"],
    [{ type: "number_of_days_from_now", amount: 8 }, "2026-12-02"],
  ])("%j", (raw, day) => {
    expect(readRelativeDays(raw, "2026-11-24")).toEqual({ first: day, last: day });
  });

  test.each([
    ["now"],
    ["TODAY"],
    [""],
    [7],
    [null],
    [["today"]],
    [{}],
    [{ type: "number_of_months_ago", amount: 1 }],
    [{ days_ago: 7, amount: 7 }],
    [{ days_ago: 7, more: 1 }],
    [{ amount: 7 }],
  ])("%j is none", (raw) => {
    expect(readRelativeDays(raw, "2026-11-24")).toBeUndefined();
  });

  test.each([
    [{ days_ago: "7" }, "not_an_integer"],
    [{ days_ago: 1.5 }, "not_an_integer"],
    [{ days_ago: -1 }, "too_small"],
    [{ days_ago: 1e9 }, "too_big"],
    [{ type: "number_of_days_ago" }, "not_an_integer"],
    [{ type: "number_of_days_from_now", amount: null }, "not_an_integer"],
  ])("%j is refused as %s", (raw, code) => {
    expect(() => readRelativeDays(raw, "2026-11-24")).toThrow(InvalidValue);
    expect(() => readRelativeDays(raw, "2026-11-24")).toThrow(code);
  });

  test("what day it is depends on where the company is", () => {
    const now = new Date("2026-11-23T22:30:00Z");
    expect(todayIn("Europe/Moscow", now)).toBe("2026-11-24");
    expect(todayIn("America/New_York", now)).toBe("2026-11-23");
  });

  test("days are moments where moments are compared, to the last millisecond", () => {
    const week = { first: "2026-10-19", last: "2026-10-25" };
    expect(momentsOf(week, "Europe/Berlin")).toEqual({
      first: "2026-10-18T22:00:00.000Z",
      last: "2026-10-25T22:59:59.999Z",
    });
    const last = { first: "9999-12-31", last: "9999-12-31" };
    expect(momentsOf(last, "America/New_York").last).toBe("9999-12-31T23:59:59.999Z");
  });
});
