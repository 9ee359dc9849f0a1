/** What the audit log tells of; the word before the point is what was changed. */
export const AUDIT_ACTIONS = [
  "alias.delete",
  "alias.set",
  "api_key.create",
  "api_key.delete",
  "attribute.convert",
  "attribute.create",
  "attribute.delete",
  "attribute.update",
  "entity_type.create",
  "entity_type.delete",
  "entity_type.update",
  "member.accept_invitation",
  "member.add",
  "member.deactivate",
  "member.end_sessions",
  "member.invite_again",
  "member.reactivate",
  "member.remove",
  "member.rename",
  "member.set_roles",
  "role.create",
  "role.delete",
  "role.update",
  "select_list.add_option",
  "select_list.create",
  "select_list.delete",
  "select_list.delete_option",
  "select_list.rename",
  "select_list.update_option",
  "sender.create",
  "sender.delete",
  "sender.update",
  "tenant.update",
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export function kindOfAction(action: AuditAction): string {
  return action.slice(0, action.indexOf("."));
}

/** `role`, `member`, … */
export const AUDIT_KINDS: ReadonlySet<string> = new Set(AUDIT_ACTIONS.map(kindOfAction));
