import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalState } from "./local-state.ts";
import { root } from "./root.ts";

/**
 * Does a step that prepares local databases unless it was done to this state before, from the same sources:
 * what makes a second start quick. The mark lies with the databases and goes with them.
 */
export async function onceFor(
  state: LocalState,
  step: string,
  sources: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const mark = join(state.folder, `${step}.done`);
  const digest = digestOf(sources);
  if (existsSync(state.databases) && existsSync(mark) && readFileSync(mark, "utf8") === digest) {
    return;
  }
  await work();
  writeFileSync(mark, digest);
}

/** @param sources files, and folders with everything in them, relative to the root of the project. */
function digestOf(sources: readonly string[]): string {
  const hash = createHash("sha256");
  for (const source of sources) {
    hash.update(source);
    for (const file of filesOf(source)) {
      hash.update(file).update(readFileSync(join(root, file)));
    }
  }
  return hash.digest("hex");
}

function filesOf(source: string): string[] {
  if (/\.\w+$/.test(source)) {
    return [source];
  }
  const entries = readdirSync(join(root, source), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}
