import { expect, test } from "vitest";
import { dateKind } from "../../../src/domain/attribute-kinds/date.ts";
import { datetimeKind } from "../../../src/domain/attribute-kinds/datetime.ts";
import { timeKind } from "../../../src/domain/attribute-kinds/time.ts";
import { attributeOf, members, outcome } from "./fixture.ts";

test.each([
  [dateKind, null, null],
  [dateKind, " ", null],
  [dateKind, " 2025-09-01 ", "2025-09-01"],
  [dateKind, "2025-02-30", "<not_a_date>"],
  [dateKind, "31.12.2025", "<not_a_date>"],
  [dateKind, "2025-09-01T10:00:00", "<not_a_date>"],
  [dateKind, 1756720800, "<not_a_date>"],
  [dateKind, ["2025-09-01"], "<not_a_date>"],
  [timeKind, "", null],
  [timeKind, "09:30", "09:30:00"],
  [timeKind, "09:30:15", "09:30:15"],
  [timeKind, "25:00", "<not_a_time>"],
  [timeKind, 9, "<not_a_time>"],
  [datetimeKind, "", null],
  [datetimeKind, "2025-09-01T10:00:00", "2025-09-01T10:00:00.000Z"],
  [datetimeKind, "2025-09-01T10:00:00+03:00", "2025-09-01T07:00:00.000Z"],
  [datetimeKind, "2025-09-01", "<date_without_time>"],
  [datetimeKind, "2025-09-31T10:00:00Z", "<not_a_datetime>"],
  [datetimeKind, "tomorrow", "<not_a_datetime>"],
  [datetimeKind, 1756720800, "<not_a_datetime>"],
  [datetimeKind, {}, "<not_a_datetime>"],
])("$name", (kind, raw, expected) => {
  expect(outcome(kind, raw)).toBe(expected);
});

test("a moment is shown without milliseconds that are zero", () => {
  const show = (text: string) => datetimeKind.toWire(text, attributeOf(datetimeKind), members);
  expect(show("2025-09-01T10:00:00.000Z")).toBe("2025-09-01T10:00:00Z");
  expect(show("2025-09-01T10:00:00.500Z")).toBe("2025-09-01T10:00:00.500Z");
});

test("milliseconds do not disturb the order of moments", () => {
  const keys = [
    "2025-09-01T10:00:00Z",
    "2025-09-01T10:00:00.001Z",
    "2025-09-01T10:00:00.5Z",
    "2025-09-01T10:00:01Z",
  ].map((text) => outcome(datetimeKind, text));
  expect(keys).toEqual([...keys].sort());
});
