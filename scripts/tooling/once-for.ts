import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalState } from "./local-state.ts";
import { root } from "./root.ts";

/** A step that prepares local databases, and the files that decide what comes out of it. */
export interface PreparingStep {
  readonly name: string;
  /** Files, and folders with everything in them, relative to the root of the project. */
  readonly sources: readonly string[];
}

/**
 * Does a step unless it was done to this state before, from the same sources: what makes a second start quick.
 * The mark lies with the databases and goes with them.
 */
export async function onceFor(
  state: LocalState,
  step: PreparingStep,
  work: () => Promise<void>,
): Promise<void> {
  if (!isDone(state, step)) {
    await work();
    writeFileSync(markOf(state, step), digestOf(step.sources));
  }
}

export function isDone(state: LocalState, step: PreparingStep): boolean {
  const mark = markOf(state, step);
  return (
    existsSync(state.databases) && existsSync(mark) && readFileSync(mark, "utf8") === digestOf(step.sources)
  );
}

const markOf = (state: LocalState, { name }: PreparingStep): string => join(state.folder, `${name}.done`);

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
