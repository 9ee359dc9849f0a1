import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  parseDate,
  parseDateTime,
  parseDayFirstDate,
  parseTime,
  showDateTime,
} from "../../src/lib/calendar.ts";

/** Every millisecond of the calendar, years 0001 to 9999. */
const moments = fc.date({
  min: new Date("0001-01-01T00:00:00.000Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

describe("parseDate", () => {
  test.each(["2025-09-01", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"])("takes %s", (text) => {
    expect(parseDate(text)).toBe(text);
  });

  test.each([
    "2025-02-29",
    "1900-02-29",
    "2025-04-31",
    "2025-00-10",
    "2025-13-01",
    "2025-01-00",
    "2025-01-32",
    "0000-01-01",
    "10000-01-01",
    "2025-1-1",
    "01.09.2025",
    "2025-09-01T00:00:00Z",
    "2025-09-01 ",
    "２０２５-09-01",
    "",
  ])("refuses %j", (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  test("takes every day there is", () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const day = moment.toISOString().slice(0, 10);
        expect(parseDate(day)).toBe(day);
      }),
      { seed: 5 },
    );
  });

  test("takes no day that Date would have to move", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(40),
        (y, m, d) => {
          const text = `${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`;
          const date = new Date(0);
          date.setUTCFullYear(y, m - 1, d);
          expect(parseDate(text) === text).toBe(date.getUTCMonth() === m - 1 && date.getUTCDate() === d);
        },
      ),
      { seed: 5 },
    );
  });
});

test.each([
  ["31.12.2025", "2025-12-31"],
  ["1.2.2025", "2025-02-01"],
  ["01/02/2025", "2025-02-01"],
  ["31.02.2025", undefined],
  ["12.31.2025", undefined],
  ["31.12.25", undefined],
  ["2025-12-31", undefined],
  ["", undefined],
])("parseDayFirstDate(%j) is %s", (text, date) => {
  expect(parseDayFirstDate(text)).toBe(date);
});

test.each([
  ["09:30", "09:30:00"],
  ["23:59:59", "23:59:59"],
  ["00:00", "00:00:00"],
  ["24:00", undefined],
  ["12:60", undefined],
  ["12:00:60", undefined],
  ["9:30", undefined],
  ["09:30:00.5", undefined],
  ["09-30", undefined],
  ["", undefined],
])("parseTime(%j) is %s", (text, time) => {
  expect(parseTime(text)).toBe(time);
});

describe("parseDateTime", () => {
  test.each([
    ["2025-09-01T10:00:00Z", "2025-09-01T10:00:00.000Z"],
    ["2025-09-01T10:00:00", "2025-09-01T10:00:00.000Z"],
    ["2025-09-01T10:00", "2025-09-01T10:00:00.000Z"],
    ["2025-09-01 10:00:00", "2025-09-01T10:00:00.000Z"],
    ["2025-09-01t10:00:00z", "2025-09-01T10:00:00.000Z"],
    ["2025-09-01T10:00:00+03:00", "2025-09-01T07:00:00.000Z"],
    ["2025-09-01T22:30:00-05:30", "2025-09-02T04:00:00.000Z"],
    ["2025-09-01T10:00:00.5Z", "2025-09-01T10:00:00.500Z"],
    ["2025-09-01T10:00:00.123456", "2025-09-01T10:00:00.123Z"],
    ["0099-01-01T00:00:00Z", "0099-01-01T00:00:00.000Z"],
    ["2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000Z"],
  ])("reads %s as %s", (text, moment) => {
    expect(parseDateTime(text)).toBe(moment);
  });

  test.each([
    "2025-09-01",
    "2025-02-30T10:00:00Z",
    "2025-09-01T24:00:00Z",
    "2025-09-01T23:59:60Z",
    "2025-09-01T10:00:00+24:00",
    "2025-09-01T10:00:00+03",
    "2025-09-01T10:00:00.Z",
    "2025-09-01T10Z",
    "0001-01-01T00:00:00+03:00",
    "9999-12-31T23:59:59-03:00",
    "+010000-01-01T00:00:00Z",
    "1756720800",
    "Mon, 01 Sep 2025 10:00:00 GMT",
    "",
  ])("refuses %j", (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });

  test("reads any moment at any offset as the same moment", () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }), (moment, offset) => {
        const local = new Date(moment.getTime() + offset * 60_000);
        fc.pre(/^(?!0000)\d{4}-/.test(local.toISOString()));
        const clock = [Math.abs(offset) / 60, Math.abs(offset) % 60].map((n) =>
          String(Math.floor(n)).padStart(2, "0"),
        );
        const text = local.toISOString().replace("Z", `${offset < 0 ? "-" : "+"}${clock.join(":")}`);
        expect(parseDateTime(text)).toBe(moment.toISOString());
      }),
      { seed: 5 },
    );
  });
});

test("showDateTime keeps milliseconds only where there are any, and reads back as the same moment", () => {
  expect(showDateTime("2025-09-01T10:00:00.000Z")).toBe("2025-09-01T10:00:00Z");
  expect(showDateTime("2025-09-01T10:00:00.050Z")).toBe("2025-09-01T10:00:00.050Z");
  fc.assert(
    fc.property(moments, (moment) => {
      expect(parseDateTime(showDateTime(moment.toISOString()))).toBe(moment.toISOString());
    }),
    { seed: 5 },
  );
});
