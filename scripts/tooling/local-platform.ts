import { openPlatform } from "../../src/compose.ts";
import type { PlatformContext } from "../../src/domain/context.ts";
import { makeDevVars, settingsFromEnvironment } from "./dev-vars.ts";
import type { LocalState } from "./local-state.ts";
import { openPlatformProxy } from "./platform-proxy.ts";

export interface LocalPlatform {
  readonly platform: PlatformContext;
  /** The Worker's bindings as its own code gets them, on the local databases. */
  readonly env: Env;
  close(): Promise<void>;
}

/**
 * The domain on the local databases in this process. Whoever sits at this machine is not throttled and needs no
 * registration token.
 */
export async function openLocalPlatform(state: LocalState): Promise<LocalPlatform> {
  makeDevVars();
  const proxy = await openPlatformProxy<Env>(state);
  const env = { ...proxy.env, ...settingsFromEnvironment() };
  return { platform: asOperator(openPlatform(env)), env, close: () => proxy.dispose() };
}

export function asOperator(platform: PlatformContext): PlatformContext {
  const unlimited = { triesPerAccount: Infinity, triesPerAddress: Infinity, registrationToken: undefined };
  return { ...platform, settings: { ...platform.settings, ...unlimited } };
}
