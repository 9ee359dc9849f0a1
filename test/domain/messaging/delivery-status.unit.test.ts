import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canMoveTo,
  DELIVERY_STATUSES,
  type DeliveryStatus,
  movableTo,
  REPORTED_AFTER_SENT,
} from "../../../src/domain/messaging/delivery-status.ts";

/** Those that a provider can know something about. */
const called = fc.constantFrom(...DELIVERY_STATUSES.filter((status) => status !== "queued"));
const reported = fc.constantFrom<DeliveryStatus>("sent", "delivered", "read", "failed");

function apply(start: DeliveryStatus, reports: readonly DeliveryStatus[]): DeliveryStatus {
  return reports.reduce((status, report) => (canMoveTo(status, report) ? report : status), start);
}

describe("the moves of a delivery", () => {
  test("never form a circle", () => {
    const walk = (from: DeliveryStatus, seen: readonly DeliveryStatus[]): void => {
      expect(seen).not.toContain(from);
      for (const to of DELIVERY_STATUSES) if (canMoveTo(from, to)) walk(to, [...seen, from]);
    };
    for (const status of DELIVERY_STATUSES) walk(status, []);
  });

  test("end in the same status whatever order reports come in, and however often", () => {
    const orders = fc
      .array(reported, { minLength: 1, maxLength: 8 })
      .chain((reports) =>
        fc.tuple(
          fc.constant(reports),
          fc.shuffledSubarray([...reports, ...reports], { minLength: 2 * reports.length }),
        ),
      );
    fc.assert(
      fc.property(called, orders, (start, [reports, shuffled]) => {
        expect(apply(start, shuffled)).toBe(apply(start, reports));
      }),
    );
  });

  test.each<[DeliveryStatus, DeliveryStatus[]]>([
    ["queued", ["calling", "failed", "cancelled", "suppressed"]],
    ["calling", ["unknown", "sent", "failed", "delivered", "read"]],
    ["unknown", ["sent", "failed", "delivered", "read"]],
    ["sent", ["failed", "delivered", "read"]],
    ["failed", ["delivered", "read"]],
    ["delivered", ["read"]],
    ["read", []],
    ["cancelled", []],
    ["suppressed", []],
  ])("from %s lead to %j and nowhere else", (from, allowed) => {
    expect(DELIVERY_STATUSES.filter((to) => canMoveTo(from, to))).toEqual(allowed);
  });
});

test("a report moves what it outranks, and never what was not called", () => {
  expect(movableTo("delivered").sort()).toEqual(["calling", "failed", "sent", "unknown"]);
  expect(movableTo("sent").sort()).toEqual(["calling", "unknown"]);
  expect(REPORTED_AFTER_SENT).toEqual(["failed", "delivered", "read"]);
});
