import { describe, expect, test } from "vitest";
import { inTurn } from "../../src/lib/in-turn.ts";
import { retry } from "../../src/lib/retry.ts";

class Passing extends Error {}
const patience = { attempts: 4, firstDelay: 1, isPassing: (error: unknown) => error instanceof Passing };

/** Fails so many times, then answers how often it was asked. */
function failing(times: number, error: Error) {
  let asked = 0;
  return async () => {
    asked += 1;
    if (asked <= times) throw error;
    return asked;
  };
}

describe("retry", () => {
  test("goes on while the reason passes, and no longer than it has patience", async () => {
    expect(await retry(failing(0, new Passing()), patience)).toBe(1);
    expect(await retry(failing(3, new Passing()), patience)).toBe(4);
    const work = failing(4, new Passing());
    await expect(retry(work, patience)).rejects.toThrow(Passing);
    expect(await work()).toBe(5);
  });

  test("gives up at once on anything else", async () => {
    const work = failing(1, new Error("for good"));
    await expect(retry(work, patience)).rejects.toThrow("for good");
    expect(await work()).toBe(2);
  });
});

describe("inTurn", () => {
  test("works through all, so many at once", async () => {
    const done: number[] = [];
    let busy = 0;
    let busiest = 0;
    await inTurn([5, 1, 4, 2, 3, 6, 7], 3, async (item) => {
      busy += 1;
      busiest = Math.max(busiest, busy);
      await new Promise((resolve) => setTimeout(resolve, item));
      busy -= 1;
      done.push(item);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(busiest).toBe(3);
  });

  test("has nothing to do for nothing", async () => {
    await inTurn([], 3, () => Promise.reject(new Error("called")));
  });
});
