import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.ts";

const PLACEHOLDER = "replaced-by-npm-start";

/** Makes `.dev.vars` from its example with a random SECRET_KEY, unless it exists. True when it was made. */
export function makeDevVars(): boolean {
  const file = join(root, ".dev.vars");
  if (existsSync(file)) {
    return false;
  }
  const text = readExample().replace(PLACEHOLDER, randomBytes(48).toString("base64url"));
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    // Two starts at once: the other one's file is as good.
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/**
 * The settings of a server on this machine at the given address: what neither `.dev.vars` nor the environment says is
 * as a developer wants it, mails printed with links that lead here.
 */
export function localSettings(base: string): Record<string, string> {
  const file = join(root, ".dev.vars");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const defaults = Object.entries({ MAIL_SANDBOX: "print", PUBLIC_URL: `${base}/admin` });
  const unsaid = defaults.filter(([name]) => !new RegExp(`^${name}=`, "m").test(text));
  return { ...Object.fromEntries(unsaid), ...settingsFromEnvironment() };
}

/** The Worker's settings found in this process's environment; they win over `.dev.vars` and wrangler.toml. */
export function settingsFromEnvironment(): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [, name] of readExample().matchAll(/^(?:# )?([A-Z][A-Z_]*)=/gm)) {
    const value = name === undefined ? undefined : process.env[name];
    if (name !== undefined && value !== undefined) {
      settings[name] = value;
    }
  }
  return settings;
}

function readExample(): string {
  return readFileSync(join(root, ".dev.vars.example"), "utf8");
}
