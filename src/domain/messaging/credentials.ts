import * as z from "zod";
import type { Issue } from "../../errors.ts";

/** Goes into an HTTP header, so: printable ASCII without spaces. */
const headerToken = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[\x21-\x7e]+$/);

/** What each provider needs in order to send, as it is written on the wire and kept (sealed). */
export const CREDENTIALS = {
  sandbox: z.strictObject({}),
  wappi: z.strictObject({
    token: headerToken.meta({ description: "API token from the Wappi.pro account." }),
    profile_id: headerToken.max(100).meta({ description: "Id of the Wappi.pro profile that sends." }),
  }),
} as const;

export type ProviderName = keyof typeof CREDENTIALS;

export type CredentialsOf<P extends ProviderName> = z.infer<(typeof CREDENTIALS)[P]>;

export const PROVIDER_NAMES = Object.keys(CREDENTIALS) as [ProviderName, ...ProviderName[]];

/** Messages a minute where nobody says otherwise. WhatsApp bans who writes faster than people do. */
export const DEFAULT_RATE: Readonly<Record<ProviderName, number>> = { sandbox: 600, wappi: 20 };

/** What is wrong with credentials for the provider; never with their values, which are secrets. */
export function credentialIssues(provider: ProviderName, raw: Readonly<Record<string, unknown>>): Issue[] {
  const { error } = CREDENTIALS[provider].safeParse(raw);
  return (error?.issues ?? []).flatMap((issue): Issue[] => {
    const path = ["credentials", ...issue.path].join(".");
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => ({ path: `${path}.${key}`, code: "unknown_field" }));
      case "invalid_type": {
        const given = Object.hasOwn(raw, String(issue.path[0]));
        return [
          given ? { path, code: "wrong_type", params: { expected: "string" } } : { path, code: "required" },
        ];
      }
      case "too_big":
        return [{ path, code: "too_long", params: { max: Number(issue.maximum) } }];
      case "too_small":
        return [{ path, code: "required" }];
      default:
        return [{ path, code: "invalid_format" }];
    }
  });
}
