import { AppError, notFound } from "../../errors.ts";
import { authorize } from "../access/authorize.ts";
import { requireHeld } from "../access/require-held.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { wireRole } from "./wire-role.ts";

/** Takes the role from everyone who has it. @throws AppError `forbidden`, `not_found`, `invalid_state`. */
export const deleteRole = writeVerb("delete_role", async (ctx, { id }: { id: string }): Promise<null> => {
  const { storage } = ctx;
  const { access, loaded } = await enter(ctx, storage.roles.find(id), storage.entityTypes.list());
  const [existing, types] = loaded;
  authorize(access, "roles", "manage");
  if (!existing) throw notFound("role");
  if (existing.isFounder) throw new AppError("invalid_state", { params: { reason: "founder_role" } });
  requireHeld(access, existing.grants);
  return commit(ctx, access, {
    writes: [...storage.roles.delete(id), storage.tenants.raiseRightsVersion()],
    audit: { action: "role.delete", id, label: existing.name, before: wireRole(existing, types) },
    result: null,
  });
});
