import { AppError } from "../../errors.ts";
import type { PersonIdentity, TenantContext } from "../context.ts";
import { Replayed } from "../write-verb.ts";
import type { Access, Scope } from "./access.ts";

/** The widest scope in which one may do the action on the subject; undefined when one may not at all. */
export function grantedScope(
  access: Pick<Access, "isFounder" | "grants">,
  subject: string,
  action: string,
): Scope | undefined {
  if (access.isFounder) return "all";
  const scopes = access.grants.filter((grant) => grant.subject === subject && grant.action === action);
  if (scopes.some((grant) => grant.scope === "all")) return "all";
  return scopes.length > 0 ? "own" : undefined;
}

/**
 * Lets the caller through, or throws 403 `forbidden`.
 * A call that was carried out before under the same Idempotency-Key ends here with its first result.
 */
export function authorize(access: Access, subject: string, action: string): Scope {
  const scope = grantedScope(access, subject, action);
  if (!scope) throw new AppError("forbidden", { params: { action } });
  if (access.replay) throw new Replayed(access.replay.result);
  return scope;
}

/** For what every member may do; only the replay of `authorize` applies. */
export function authorizeMember(access: Access): void {
  if (access.replay) throw new Replayed(access.replay.result);
}

/**
 * For what somebody does about themselves: their password, sessions and keys. A key can do none of it, whatever it holds.
 * @throws AppError `forbidden`.
 */
export function authorizePerson({ identity }: TenantContext, access: Access): PersonIdentity {
  if (!identity || !("sessionId" in identity)) throw new AppError("forbidden");
  authorizeMember(access);
  return identity;
}
