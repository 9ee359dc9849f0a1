import { AppError, notFound } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { foldText } from "../../lib/fold-text.ts";
import { authorize } from "../access/authorize.ts";
import { requireHeld, requireRulesKept } from "../access/require-held.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import type { RoleInput } from "./create-role.ts";
import { readRights } from "./read-rights.ts";
import { type WireRole, wireRole } from "./wire-role.ts";

/**
 * Replaces a role's name and permissions; whoever has it feels it on the next request.
 * The founder's role cannot be changed.
 * @throws AppError `forbidden`, `not_found`, `invalid_state`, `invalid_input`, `name_taken`.
 */
export const updateRole = writeVerb(
  "update_role",
  async (ctx, { id, ...input }: RoleInput & { readonly id: string }): Promise<WireRole> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.roles.find(id), storage.entityTypes.list());
    const [existing, types] = loaded;
    authorize(access, "roles", "manage");
    if (!existing) throw notFound("role");
    if (existing.isFounder) throw new AppError("invalid_state", { params: { reason: "founder_role" } });
    const { grants, attributeRules } = readRights(input, types);
    requireHeld(access, [...grants, ...existing.grants]);
    requireRulesKept(access, { grants, attributeRules });

    const role = {
      ...existing,
      name: input.name,
      nameFolded: foldText(input.name),
      grants,
      attributeRules,
      updatedAt: timestamp(ctx.clock),
    };
    const result = wireRole(role, types);
    return commit(ctx, access, {
      writes: [storage.roles.update(role), storage.tenants.raiseRightsVersion()],
      audit: {
        action: "role.update",
        id,
        label: role.name,
        before: wireRole(existing, types),
        after: result,
      },
      result,
      taken: { roles: "name_taken" },
    });
  },
);
