import { env } from "cloudflare:workers";
import { openPlatform } from "../../src/compose.ts";
import type { PlatformContext } from "../../src/domain/context.ts";
import { recordingD1 } from "./recording-d1.ts";

/**
 * The platform on real databases, on which something happens once: just before the first batch with a statement
 * that matches is sent.
 */
export function interferingPlatform(statement: RegExp, happening: () => Promise<unknown>): PlatformContext {
  let pending = true;
  const databases = Object.entries(env).filter(
    ([name]) => name === "DIRECTORY" || name.startsWith("TENANTS_"),
  );
  const bindings = databases.map(([name, d1]) => [
    name,
    recordingD1(d1 as D1Database, async (statements) => {
      if (!pending || !statements.some(({ sql }) => statement.test(sql))) return;
      pending = false;
      await happening();
    }),
  ]);
  return openPlatform({ ...env, ...Object.fromEntries(bindings) } as unknown as Env);
}
