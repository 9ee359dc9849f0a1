import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayAt, startOfDay } from "../../src/lib/time-zone.ts";

describe("the start of a day", () => {
  test.each([
    ["2026-11-24", "UTC", "2026-11-24T00:00:00.000Z"],
    ["2026-11-24", "Europe/Moscow", "2026-11-23T21:00:00.000Z"],
    ["2026-11-24", "America/New_York", "2026-11-24T05:00:00.000Z"],
    ["2026-11-24", "Asia/Kathmandu", "2026-11-23T18:15:00.000Z"],
    // The days that clocks are put forward and back on.
    ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z"],
    ["2026-03-30", "Europe/Berlin", "2026-03-29T22:00:00.000Z"],
    ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z"],
    ["2026-10-26", "Europe/Berlin", "2026-10-25T23:00:00.000Z"],
    // Where clocks were put forward over midnight, the day began at one o'clock; put back, it was the day before twice.
    ["2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
    ["2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00.000Z"],
    // The ends of the calendar.
    ["0001-01-01", "Europe/Moscow", "0000-12-31T21:29:43.000Z"],
    ["9999-12-31", "Pacific/Kiritimati", "9999-12-30T10:00:00.000Z"],
  ])("%s in %s", (day, timeZone, moment) => {
    expect(new Date(startOfDay(day, timeZone)).toISOString()).toBe(moment);
  });

  test("is the first moment that shows the day", () => {
    const zones = [
      "UTC",
      "Europe/Moscow",
      "America/Sao_Paulo",
      "Australia/Lord_Howe",
      "Asia/Kolkata",
      "America/St_Johns",
    ];
    const minutes = fc.integer({ min: Date.UTC(2012) / 60_000, max: Date.UTC(2040) / 60_000 });
    fc.assert(
      fc.property(minutes, fc.constantFrom(...zones), (minute, zone) => {
        const day = dayAt(new Date(minute * 60_000), zone);
        const start = startOfDay(day, zone);
        expect(start).toBeLessThanOrEqual(minute * 60_000);
        expect(dayAt(new Date(start), zone)).toBe(day);
        expect(dayAt(new Date(start - 1), zone) < day).toBe(true);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});
