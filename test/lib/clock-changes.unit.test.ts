import { describe, expect, it } from "vitest";
import { clockChanges, dayAt } from "../../src/lib/time-zone.ts";

const ZONES = [
  "Europe/Moscow",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "UTC",
];

describe("clock changes", () => {
  it.each(ZONES)("tell the day of any moment in %s", (zone) => {
    const changes = clockChanges(zone);
    const near = changes.slice(1).flatMap(({ from }) => [from - 1, from, from + 3_600_000]);
    const spread = Array.from(
      { length: 2_000 },
      (_, i) => Date.UTC(2000, 0, 1) + i * 788_400_000 + i * 7_919,
    );
    for (const moment of [...near, ...spread]) {
      const minutes = changes.findLast(({ from }) => from <= moment)?.minutes ?? Number.NaN;
      const day = new Date(moment + minutes * 60_000).toISOString().slice(0, 10);
      expect(day).toBe(dayAt(new Date(moment), zone));
    }
  });

  it("are few, and none where clocks stand still", () => {
    expect(clockChanges("UTC")).toEqual([{ from: Number.NEGATIVE_INFINITY, minutes: 0 }]);
    expect(clockChanges("Europe/Berlin").length).toBeLessThanOrEqual(102);
    expect(clockChanges("Europe/Moscow").at(-1)).toEqual({ from: Date.UTC(2014, 9, 25, 22), minutes: 180 });
  });
});
