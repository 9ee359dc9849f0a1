import { timestamp } from "../../lib/clock.ts";
import { foldText } from "../../lib/fold-text.ts";
import type { WireAttributeRule } from "../access/attribute-rules.ts";
import { authorize } from "../access/authorize.ts";
import type { WantedPermission } from "../access/permission-names.ts";
import { requireHeld, requireRulesKept } from "../access/require-held.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { readRights } from "./read-rights.ts";
import { type WireRole, wireRole } from "./wire-role.ts";

export interface RoleInput {
  readonly name: string;
  readonly permissions: readonly WantedPermission[];
  readonly attributeRules: readonly WireAttributeRule[];
}

/** @throws AppError `forbidden`, `invalid_input` (unknown permission), `name_taken`. */
export const createRole = writeVerb("create_role", async (ctx, input: RoleInput): Promise<WireRole> => {
  const { access, loaded } = await enter(ctx, ctx.storage.entityTypes.list());
  const [types] = loaded;
  authorize(access, "roles", "manage");
  const { grants, attributeRules } = readRights(input, types);
  requireHeld(access, grants);
  requireRulesKept(access, { grants, attributeRules });

  const now = timestamp(ctx.clock);
  const role = {
    id: ctx.newId(),
    name: input.name,
    nameFolded: foldText(input.name),
    isFounder: false,
    grants,
    attributeRules,
    createdAt: now,
    updatedAt: now,
  };
  const result = wireRole(role, types);
  return commit(ctx, access, {
    writes: [ctx.storage.roles.insert(role)],
    audit: { action: "role.create", id: role.id, label: role.name, after: result },
    result,
    taken: { roles: "name_taken" },
  });
});
