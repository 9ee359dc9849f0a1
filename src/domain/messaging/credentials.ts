import { z } from "zod";

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
