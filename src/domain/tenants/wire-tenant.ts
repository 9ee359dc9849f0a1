import type { TenantSettings } from "../access/access.ts";

/** A tenant's settings as the API shows them. */
export type WireTenant = {
  id: string;
  name: string;
  time_zone: string;
  default_country: string;
  locale: "ru" | "en";
  currency: string;
};

export function wireTenant(
  { tenantId }: { readonly tenantId: string },
  { name, timeZone, defaultCountry, locale, currency }: TenantSettings,
): WireTenant {
  return {
    id: tenantId,
    name,
    time_zone: timeZone,
    default_country: defaultCountry,
    locale,
    currency,
  };
}
