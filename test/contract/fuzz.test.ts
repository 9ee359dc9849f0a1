import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadEndpoints } from "../../src/http/endpoints.ts";
import { proof } from "../support/proof.ts";
import { anyRequest } from "./fuzz-request.ts";
import { makeReady, makeStage, perform } from "./fuzz-stage.ts";

const endpoints = await loadEndpoints();

const SEED = 20260;

/** Tenants are made anew after so many requests: some of which delete what the others need. */
const LIFETIME = 200;

/** Milliseconds; far more than it takes. */
const PATIENCE = 60 * 60_000;

/** After so many there is something to do. */
const MOST_FAILURES = 20;

describe("fuzzing", () => {
  it("gets no 5xx and no undeclared answer out of any operation, whoever asks and whatever for", {
    timeout: PATIENCE,
  }, async () => {
    const n = proof("fuzz: every answer declared, none 5xx", { full: 50_000, reduced: 2_000 }, SEED);
    const statuses = new Map<number, number>();
    const succeeded = new Set<string>();
    const failures: string[] = [];
    let stage = await makeStage();
    let sent = 0;
    const property = fc.asyncProperty(anyRequest, async (request) => {
      if (sent > 0 && sent % LIFETIME === 0) stage = await makeStage();
      sent += 1;
      try {
        const ready = await makeReady(stage, request).catch(async () => {
          stage = await makeStage();
          return makeReady(stage, request);
        });
        const { status, text } = await perform(stage, request, ready);
        if (status >= 500) throw new Error(`${status} ${text}`);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status < 300) succeeded.add(request.operationId);
      } catch (error) {
        failures.push(
          `${request.operationId} as ${request.actor}, request ${sent}: ${(error as Error).message}`,
        );
      }
      return failures.length < MOST_FAILURES;
    });
    // What has happened before a failure is part of it, so shrinking would only mislead.
    await fc.assert(property, { numRuns: n, seed: SEED, endOnFailure: true }).catch((error: unknown) => {
      if (failures.length === 0) throw error;
    });
    if (failures.length > 0) expect.fail(failures.join("\n\n"));
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
    console.info(`Fuzz: ${sent} requests; ${counts.join(", ")}`);

    // The requests were not all nonsense.
    const good = [...statuses].filter(([status]) => status < 300).reduce((sum, [, count]) => sum + count, 0);
    expect(good / sent).toBeGreaterThan(0.15);
    // Every operation has its turn at carrying one out, given time.
    const never = endpoints.map(({ operationId }) => operationId).filter((id) => !succeeded.has(id));
    if (n >= 10_000) expect(never).toEqual([]);
  });
});
