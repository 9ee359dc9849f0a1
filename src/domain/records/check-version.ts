import { AppError, type Issue } from "../../errors.ts";
import type { StoredRecord } from "./stored-record.ts";

/**
 * `If-Match`: the write goes ahead only on the version that the caller has seen.
 * @param conflicts the caller's fields whose values differ from the record's, for the 412 to name.
 * @throws AppError `stale_version`.
 */
export function checkVersion(
  record: StoredRecord,
  ifMatch: number | undefined,
  conflicts: () => readonly Issue[] = () => [],
): void {
  if (ifMatch === undefined || ifMatch === record.version) return;
  throw new AppError("stale_version", { params: { version: record.version }, issues: conflicts() });
}
