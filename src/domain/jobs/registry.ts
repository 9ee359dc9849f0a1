import { buildIndexJob } from "./build-index.ts";
import { computeFormulasJob } from "./compute-formulas.ts";
import { convertValuesJob } from "./convert-values.ts";
import { deleteRecordsJob } from "./delete-records.ts";
import { forgetAttributeJob } from "./forget-attribute.ts";
import type { JobKind } from "./job.ts";
import { numberRecordsJob } from "./number-records.ts";
import { replaceOptionJob } from "./replace-option.ts";
import { titleRecordsJob } from "./title-records.ts";

/** Every kind of job. A new one is a file of its own and a line here. */
const kinds: readonly JobKind[] = [
  buildIndexJob,
  numberRecordsJob,
  titleRecordsJob,
  deleteRecordsJob,
  forgetAttributeJob,
  replaceOptionJob,
  convertValuesJob,
  computeFormulasJob,
];

const byName: ReadonlyMap<string, JobKind> = new Map(kinds.map((kind) => [kind.name, kind]));

export const jobKindNames: readonly string[] = kinds.map(({ name }) => name);

/** @throws Error for a name that another version of us wrote. */
export function jobKind(name: string): JobKind {
  const kind = byName.get(name);
  if (!kind) throw new Error(`no kind of job ${name}`);
  return kind;
}
