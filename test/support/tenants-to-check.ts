/**
 * Which tenants the check at the end of a test file looks at. Test files share a workerd, and so its databases and
 * this module: what an earlier file has left was checked by it.
 */
const damaged = new Set<string>();
const checked = new Set<string>();

/** Says that a test writes rows past the domain, so that the check of the data leaves out what it finds there. */
export function damages(tenantId: string): void {
  damaged.add(tenantId);
}

export function isDamaged(tenantId: string): boolean {
  return damaged.has(tenantId);
}

/** Whether an earlier file's check has looked at it. */
export function isChecked(tenantId: string): boolean {
  return checked.has(tenantId);
}

export function noteChecked(tenantIds: Iterable<string>): void {
  for (const id of tenantIds) checked.add(id);
}
