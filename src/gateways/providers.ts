import type { CredentialsOf, ProviderName } from "../domain/messaging/credentials.ts";
import type { MessageSender, ProviderOptions } from "./message-sender.ts";
import { createSandboxSender } from "./sandbox.ts";
import { createWappiSender } from "./wappi.ts";

interface Provider<Credentials> {
  create(credentials: Credentials, options: ProviderOptions): MessageSender;
}

/** Every provider. A new one is a file here, its credentials in the domain, and a line in each registry. */
export const PROVIDERS: { readonly [P in ProviderName]: Provider<CredentialsOf<P>> } = {
  sandbox: { create: createSandboxSender },
  wappi: { create: createWappiSender },
};
