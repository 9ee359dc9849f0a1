import { eq } from "drizzle-orm";
import { statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { tenants } from "./tables/directory.ts";

export type TenantState = "provisioning" | "active" | "suspended";

/** The directory's side of a tenant: which shard holds it. */
export function directoryTenantStore() {
  return {
    insert(tenant: {
      id: string;
      name: string;
      shard: string;
      state: TenantState;
      createdAt: string;
    }): Write {
      return statement(
        query.insert(tenants).values({
          id: tenant.id,
          name: tenant.name,
          shard: tenant.shard,
          state: tenant.state,
          created_at: tenant.createdAt,
        }),
      );
    },

    rename(id: string, name: string): Write {
      return statement(query.update(tenants).set({ name }).where(eq(tenants.id, id)));
    },

    setState(id: string, state: TenantState): Write {
      return statement(query.update(tenants).set({ state }).where(eq(tenants.id, id)));
    },
  };
}
