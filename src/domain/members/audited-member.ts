import type { MemberRow } from "../../storage/members.ts";
import type { Facts } from "../audit/audit-row.ts";

/** Whom an entry of the audit log is about. */
export function audited({ id, email, fullName }: Pick<MemberRow, "id" | "email" | "fullName">) {
  return { id, label: fullName ?? email };
}

/** A member as the audit log shows one. */
export function memberFacts({ email, fullName, status, roles }: MemberFields): Facts {
  return { email, full_name: fullName, status, roles: roles.map(({ id, name }) => ({ id, name })) };
}

type MemberFields = Pick<MemberRow, "email" | "fullName" | "status"> & {
  readonly roles: readonly { readonly id: string; readonly name: string }[];
};
