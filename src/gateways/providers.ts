import type { CredentialsOf, ProviderName } from "../domain/messaging/credentials.ts";
import type { MessageSender, ProviderOptions, SenderCapabilities } from "./message-sender.ts";
import { createSandboxSender, SANDBOX_CAPABILITIES } from "./sandbox.ts";
import { createWappiSender, WAPPI_CAPABILITIES } from "./wappi.ts";

interface Provider<Credentials> {
  readonly capabilities: SenderCapabilities;
  create(credentials: Credentials, options: ProviderOptions): MessageSender;
}

/** Every provider. A new one is a file here, its credentials in the domain, and a line in each registry. */
export const PROVIDERS: { readonly [P in ProviderName]: Provider<CredentialsOf<P>> } = {
  sandbox: { capabilities: SANDBOX_CAPABILITIES, create: createSandboxSender },
  wappi: { capabilities: WAPPI_CAPABILITIES, create: createWappiSender },
};
