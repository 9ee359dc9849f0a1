import { CommitRefused } from "../../errors.ts";
import { type Founding, provisionTenant } from "../tenants/provision-tenant.ts";
import type { Saga } from "./saga.ts";

/** The directory has decided (the e-mail address is taken for this account); the shard gets the tenant. */
export const registerTenant: Saga<Founding & { readonly shard: string; readonly tenantId: string }> = {
  async run(platform, payload) {
    const tenant = platform.openTenant(payload.shard, payload.tenantId);
    try {
      await provisionTenant(tenant, payload);
    } catch (error) {
      // The tenant's row is the first of the batch: if it is there, so is everything else.
      const done = error instanceof CommitRefused && error.table === "tenants";
      if (!done) throw error;
    }
    return [platform.directory.tenants.setState(payload.tenantId, "active")];
  },
};
