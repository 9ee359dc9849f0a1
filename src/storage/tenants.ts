import { eq } from "drizzle-orm";
import type { TenantSettings } from "../domain/access/access.ts";
import { type Read, readOne, statement, type Write } from "./database.ts";
import { query } from "./query.ts";
import { tenants } from "./tables/tenant.ts";

export interface NewTenant extends TenantSettings {
  readonly createdAt: string;
}

export function tenantStore(tenantId: string) {
  return {
    find(): Read<{ state: string; name: string; locale: "ru" | "en" } | undefined> {
      const found = query
        .select({ state: tenants.state, name: tenants.name, locale: tenants.locale })
        .from(tenants)
        .where(eq(tenants.tenant_id, tenantId));
      return readOne(statement(found), (row) => ({
        state: row.state as string,
        name: row.name as string,
        locale: row.locale as "ru" | "en",
      }));
    },

    /** What reading and calculating values depends on. */
    valueSettings(): Read<{ defaultCountry: string; timeZone: string } | undefined> {
      const found = query
        .select({ default_country: tenants.default_country, time_zone: tenants.time_zone })
        .from(tenants)
        .where(eq(tenants.tenant_id, tenantId));
      return readOne(statement(found), (row) => ({
        defaultCountry: row.default_country as string,
        timeZone: row.time_zone as string,
      }));
    },

    /** IANA name. */
    timeZone(): Read<string> {
      const sql = "SELECT time_zone FROM tenants WHERE tenant_id = ?";
      return { sql, params: [tenantId], decode: ([row]) => String(row?.time_zone ?? "UTC") };
    },

    insert(tenant: NewTenant): Write {
      return statement(
        query.insert(tenants).values({
          tenant_id: tenantId,
          name: tenant.name,
          state: "active",
          time_zone: tenant.timeZone,
          default_country: tenant.defaultCountry,
          locale: tenant.locale,
          currency: tenant.currency,
          rights_version: 1,
          last_attribute_number: 0,
          created_at: tenant.createdAt,
        }),
      );
    },

    /** Comes with a new rights version, by which what other requests know of the settings is out of date. */
    update(tenant: TenantSettings): Write {
      return statement(
        query
          .update(tenants)
          .set({
            name: tenant.name,
            time_zone: tenant.timeZone,
            default_country: tenant.defaultCountry,
            locale: tenant.locale,
            currency: tenant.currency,
          })
          .where(eq(tenants.tenant_id, tenantId)),
      );
    },

    /** Part of every change of roles and members: whoever decided under the old rights must decide again. */
    raiseRightsVersion(): Write {
      return {
        sql: "UPDATE tenants SET rights_version = rights_version + 1 WHERE tenant_id = ?",
        params: [tenantId],
      };
    },
  };
}
