import type { MemberRow } from "../../storage/members.ts";
import type { Access } from "../access/access.ts";
import { grantedScope } from "../access/authorize.ts";

/** A member as the API shows one: everything to those who manage users, the name to their colleagues. */
export type WireMember = {
  id: string;
  full_name: string | null;
  email?: string;
  status?: "active" | "invited" | "deactivated";
  roles?: { id: string; name: string }[];
  created_at?: string;
};

export function wireMember(member: MemberRow, access: Access): WireMember {
  const known = { id: member.id, full_name: member.fullName };
  if (grantedScope(access, "users", "manage") === undefined) return known;
  return {
    ...known,
    email: member.email,
    status: member.status === "removed" ? "deactivated" : member.status,
    roles: member.roles.map(({ id, name }) => ({ id, name })),
    created_at: member.createdAt,
  };
}
