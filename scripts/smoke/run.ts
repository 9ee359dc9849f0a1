import { NoAnswer } from "./client.ts";
import { company } from "./company.ts";
import { messages } from "./messages.ts";
import { people } from "./people.ts";
import { records } from "./records.ts";
import { type Chapter, makeScene, type Scene, type Step } from "./scene.ts";
import { offers, service } from "./service.ts";
import { tables } from "./tables.ts";

const CHAPTERS: readonly Chapter[] = [service, company, tables, records, people, messages];

export interface SmokeOptions {
  /** Without a slash at the end. */
  readonly base: string;
  readonly registrationToken?: string;
  print(line: string): void;
  /** Asked before each step: when true, only cleaning up is left. */
  isStopped?(): boolean;
}

/** Runs every step, then undoes what can be undone; answers how many passed and failed. */
export async function runSmoke({ base, registrationToken, print, isStopped }: SmokeOptions) {
  const scene = makeScene(base, registrationToken);
  const count = { passed: 0, failed: 0 };

  async function attempt({ name, run }: Step): Promise<unknown> {
    const started = performance.now();
    try {
      await run(scene);
      count.passed += 1;
      print(`  ✓ ${name} (${Math.round(performance.now() - started)} ms)`);
      return undefined;
    } catch (error) {
      count.failed += 1;
      print(`  ✗ ${name}: ${error instanceof Error ? error.message : String(error)}`);
      return error;
    }
  }

  chapters: for (const { title, steps } of CHAPTERS) {
    print(`\n${title}`);
    for (const step of steps) {
      if (isStopped?.()) break chapters;
      const error = await attempt(step);
      // Every other step would only say the same.
      if (error instanceof NoAnswer && count.passed === 0) return count;
    }
  }

  print("\nCleaning up");
  for (const step of [...scene.cleanup.reverse(), ...lastOf(scene)]) await attempt(step);
  if (scene.companies.length > 0 && !offers(scene, "delete", COMPANY)) {
    print(`  These companies stay, for the API deletes none: ${scene.companies.join("; ")}`);
  }
  return count;
}

const COMPANY = "/api/tenant";

/** When nothing else needs the owners' sessions any more. */
function lastOf(scene: Scene): Step[] {
  const { owner, stranger } = scene.facts;
  const sessions = [owner, stranger].filter((session) => session !== undefined);
  if (sessions.length === 0) return [];
  if (offers(scene, "delete", COMPANY)) {
    return [
      {
        name: "the companies are deleted",
        async run() {
          for (const { client } of sessions) await client.delete(204, COMPANY);
        },
      },
    ];
  }
  return [
    {
      name: "the owners log out, and are out at once",
      async run({ anonymous }) {
        for (const { client, refreshToken } of sessions) {
          await anonymous.post(204, "/api/auth/revoke", { refresh_token: refreshToken });
          await client.get(401, "/api/users/me");
        }
      },
    },
  ];
}
