import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadEndpoints } from "../../src/http/endpoints.ts";
import { checks, findWrong } from "./checks.ts";
import { makeScene, type Scene } from "./scene.ts";

const endpoints = await loadEndpoints();

/** Walks every endpoint there is: a new one is covered by being one. */
let scene: Scene;

beforeAll(async () => {
  scene = await makeScene();
});

const exemptions: string[] = [];

afterAll(() => {
  console.info(`Contract walk: ${endpoints.length} endpoints; exempt:\n  ${exemptions.sort().join("\n  ")}`);
});

const operations = endpoints.map((endpoint) => ({
  name: `${endpoint.method.toUpperCase()} ${endpoint.path}`,
  endpoint,
}));

describe.each(operations)("$name", ({ name, endpoint }) => {
  for (const check of checks.filter(({ appliesTo }) => appliesTo?.(endpoint) ?? true)) {
    const reason = check.exemption && endpoint.exempt?.[check.exemption];
    if (reason !== undefined) exemptions.push(`${name}, ${check.exemption}: ${reason}`);
    else {
      it(check.title, async () => {
        const wrong = await findWrong(check, scene, endpoint);
        if (wrong.length > 0) expect.fail(wrong.join("\n"));
      });
    }
  }
});

describe("all endpoints together", () => {
  it("have given every successful answer that they declare", () => {
    const declared = endpoints.flatMap(({ operationId, answers }) =>
      Object.keys(answers).map((status) => `${operationId} ${status}`),
    );
    expect(declared.filter((answer) => !scene.world.produced.has(answer))).toEqual([]);
  });
});
