import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lowestIdAt, newId, timeOfId } from "../../src/lib/ids.ts";

describe("the time in an id", () => {
  test("is when the id was made", () => {
    const before = new Date().toISOString();
    const time = timeOfId(newId());
    expect(time >= before && time <= new Date().toISOString()).toBe(true);
    expect(timeOfId("0199d3c2-8b1a-7c11-9d3e-5f6a7b8c9d0e")).toBe("2025-10-11T14:52:46.234Z");
  });

  test("divides ids: those of a millisecond and later ones sort after its lowest, earlier ones before", () => {
    const moment = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(moment, moment, fc.uuid({ version: 7 }), (made, asked, random) => {
        const id = lowestIdAt(new Date(made)).slice(0, 14) + random.slice(14);
        expect(timeOfId(id)).toBe(new Date(made).toISOString());
        expect(id >= lowestIdAt(new Date(asked))).toBe(made >= asked);
      }),
    );
    expect(lowestIdAt(new Date("0001-01-01T00:00:00Z"))).toBe(lowestIdAt(new Date(0)));
  });
});
