import { describe, expect, it } from "vitest";
import { readProofs } from "../../scripts/tooling/proofs.ts";
import { countTests } from "../../scripts/tooling/test-counts.ts";

const file = (status: string, tests: number) => ({ status, assertionResults: new Array(tests).fill({}) });

describe("the line that CI reads", () => {
  it.each([
    [
      "all passed",
      { numPassedTests: 3, numFailedTests: 0, testResults: [file("passed", 3)] },
      false,
      "3 passed, 0 failed",
    ],
    [
      "some failed",
      { numPassedTests: 2, numFailedTests: 1, testResults: [file("failed", 3)] },
      true,
      "2 passed, 1 failed",
    ],
    [
      "a file that cannot be loaded",
      { numPassedTests: 3, numFailedTests: 0, testResults: [file("passed", 3), file("failed", 0)] },
      true,
      "3 passed, 1 failed",
    ],
    [
      "an error outside of any test",
      { numPassedTests: 3, numFailedTests: 0, testResults: [file("passed", 3)] },
      true,
      "3 passed, 1 failed",
    ],
    ["no report at all", undefined, true, "0 passed, 1 failed"],
    ["no report, whatever the exit code", undefined, false, "0 passed, 1 failed"],
  ])("counts %s", (_, report, endedBadly, line) => {
    expect(countTests(report, endedBadly)).toBe(line);
  });
});

describe("proofs", () => {
  it("are the tests that called proof(), each with its result and duration", () => {
    const report = {
      testResults: [
        {
          assertionResults: [
            { status: "passed", duration: 1_234, meta: { proof: { name: "filters", n: 10_000, seed: 42 } } },
            { status: "passed", duration: 5, meta: {} },
          ],
        },
        { assertionResults: [{ status: "failed", meta: { proof: { name: "cursors", n: 500, seed: 7 } } }] },
      ],
    };
    expect(readProofs(report, "abc")).toEqual([
      { name: "filters", commit: "abc", n: 10_000, seed: 42, result: "passed", seconds: 1.2 },
      { name: "cursors", commit: "abc", n: 500, seed: 7, result: "failed", seconds: 0 },
    ]);
  });
});
