import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/**
 * The import table of the design, checked as a full matrix: every zone of src importing every other zone and
 * every package that matters, from two folder depths, by value, by type and by each syntax that loads a module.
 */
const root = resolve(import.meta.dirname, "../..");

const FILE_OF_ZONE = {
  lib: "src/lib/ids.ts",
  storage: "src/storage/index.ts",
  gateways: "src/gateways/wappi.ts",
  domain: "src/domain/records/create-record.ts",
  http: "src/http/app.ts",
  admin: "src/admin/session.ts",
  queues: "src/queues/router.ts",
  schedules: "src/schedules/router.ts",
  compose: "src/compose.ts",
  env: "src/env.ts",
  errors: "src/errors.ts",
  worker: "src/worker.ts",
} as const;

type Zone = keyof typeof FILE_OF_ZONE;
type Allowance = "yes" | "types" | "no";

const ZONES = Object.keys(FILE_OF_ZONE) as Zone[];
const FOLDERS: readonly Zone[] = [
  "lib",
  "storage",
  "gateways",
  "domain",
  "http",
  "admin",
  "queues",
  "schedules",
];
const PACKAGES = ["zod", "hono", "hono/cors", "drizzle-orm", "drizzle-orm/sqlite-core"];
const RUNTIME = "cloudflare:workers";

interface Row {
  readonly zones: readonly Zone[];
  readonly types?: readonly Zone[];
  readonly packages: readonly string[];
}

const adapter = (self: Zone): Row => ({
  zones: [self, "domain", "compose", "lib", "errors", "env"],
  packages: ["zod", "hono", "hono/cors", RUNTIME],
});

const drizzle = ["drizzle-orm", "drizzle-orm/sqlite-core"];

/** Only folders of the table; the single files beside them are checked for what they must never import. */
const TABLE: Partial<Record<Zone, Row>> = {
  lib: { zones: ["lib"], packages: ["zod"] },
  storage: { zones: ["storage", "lib", "errors"], types: ["domain"], packages: drizzle },
  gateways: { zones: ["gateways", "lib", "errors"], types: ["domain"], packages: [] },
  domain: { zones: ["domain", "lib", "errors"], types: ["storage", "gateways"], packages: ["zod"] },
  http: adapter("http"),
  admin: adapter("admin"),
  queues: adapter("queues"),
  schedules: adapter("schedules"),
  compose: {
    zones: ["compose", "domain", "storage", "gateways", "lib", "env", "errors"],
    packages: ["zod", RUNTIME],
  },
  errors: { zones: [], packages: [] },
};

interface Case {
  readonly name: string;
  readonly file: string;
  /** Where the snippet stands in the file, counted from one; `end` is its last line. */
  readonly start: number;
  readonly end: number;
  readonly code: string;
  readonly caught: boolean;
}

const cases: Case[] = [];
const linesOf = new Map<string, string[]>();

function addCase(name: string, file: string, code: string, caught: boolean): void {
  const lines = linesOf.get(file) ?? [];
  linesOf.set(file, lines);
  const start = lines.length + 1;
  lines.push(...code.split("\n"));
  cases.push({ name, file, start, end: lines.length, code, caught });
}

const specifier = (from: string, to: string): string => {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
};

/** The path that imports from: itself for a single file, two depths for a folder. */
const importersOf = (zone: Zone): string[] =>
  FOLDERS.includes(zone) ? [`src/${zone}/a.ts`, `src/${zone}/deep/a.ts`] : [FILE_OF_ZONE[zone]];

function allowance(row: Row, target: Zone): Allowance {
  if (row.zones.includes(target)) {
    return "yes";
  }
  return row.types?.includes(target) ? "types" : "no";
}

for (const zone of ZONES) {
  const row = TABLE[zone];
  if (row === undefined) {
    continue;
  }
  for (const importer of importersOf(zone)) {
    for (const target of ZONES.filter((other) => other !== zone || FOLDERS.includes(zone))) {
      const path = specifier(importer, FILE_OF_ZONE[target]);
      const allowed = allowance(row, target);
      const label = `${importer} → ${target}`;
      addCase(`${label} by value`, importer, `export { x } from "${path}";`, allowed !== "yes");
      addCase(`${label} by type`, importer, `import type { X } from "${path}";`, allowed === "no");
    }
    for (const name of [...PACKAGES, RUNTIME]) {
      const caught = !row.packages.includes(name);
      addCase(`${importer} → ${name} by value`, importer, `import { x } from "${name}";`, caught);
      addCase(`${importer} → ${name} by type`, importer, `import type { X } from "${name}";`, caught);
    }
  }
}

for (const [importer, path] of [
  ["src/worker.ts", "./storage/index.ts"],
  ["src/worker.ts", "./gateways/wappi.ts"],
  ["src/worker.ts", "./domain/context.ts"],
  ["src/worker.ts", "drizzle-orm"],
  ["src/env.ts", "./storage/index.ts"],
  ["src/env.ts", "./http/app.ts"],
  ["src/env.ts", "./domain/context.ts"],
] as const) {
  addCase(`${importer} → ${path}`, importer, `import { x } from "${path}";`, true);
}
for (const path of ["./http/app.ts", "./queues/router.ts", "./schedules/router.ts", "./env.ts"]) {
  addCase(`src/worker.ts → ${path}`, "src/worker.ts", `import { x } from "${path}";`, false);
}

const SYNTAXES: readonly [code: (path: string) => string, typesOnly: boolean][] = [
  [(path) => `import { x } from "${path}";`, false],
  [(path) => `import x from "${path}";`, false],
  [(path) => `import type from "${path}";`, false],
  [(path) => `import typeface from "${path}";`, false],
  [(path) => `import * as x from "${path}";`, false],
  [(path) => `import x, { y } from "${path}";`, false],
  [(path) => `import { type X } from "${path}";`, false],
  [(path) => `import { x, type Y } from "${path}";`, false],
  [(path) => `import {\n  x,\n  y,\n} from "${path}";`, false],
  [(path) => `import "${path}";`, false],
  [(path) => `export { x } from "${path}";`, false],
  [(path) => `export * from "${path}";`, false],
  [(path) => `export * as x from "${path}";`, false],
  [(path) => `export const x = await import("${path}");`, false],
  [(path) => `export const x = await import(\`${path}\`);`, false],
  [(path) => `import { x } from '${path}';`, false],
  [(path) => `import type { X } from "${path}";`, true],
  [(path) => `import type X from "${path}";`, true],
  [(path) => `import type * as X from "${path}";`, true],
  [(path) => `import type {\n  X,\n  Y,\n} from "${path}";`, true],
  [(path) => `export type { X } from "${path}";`, true],
  [(path) => `export type * from "${path}";`, true],
  [(path) => `export type X = import("${path}").X;`, true],
];

const TYPES_ONLY: readonly [importer: string, path: string][] = [
  ["src/domain/records/a.ts", "../../storage/index.ts"],
  ["src/domain/records/a.ts", "../../gateways/message-sender.ts"],
  ["src/domain/a.ts", "../storage/tables/tenant.ts"],
  ["src/domain/records/a.ts", "../../lib/../storage/index.ts"],
  ["src/storage/a.ts", "../domain/context.ts"],
  ["src/storage/tables/a.ts", "../../domain/records/record.ts"],
  ["src/gateways/a.ts", "../domain/messaging/delivery.ts"],
];

for (const [importer, path] of TYPES_ONLY) {
  for (const [code, typesOnly] of SYNTAXES) {
    addCase(`${importer}: ${code(path).replaceAll("\n", " ")}`, importer, code(path), !typesOnly);
  }
}

for (const importer of ["src/env.ts", "src/http/api/a.ts", "src/domain/a.ts", "src/queues/a.ts"]) {
  for (const code of [
    'import { z } from "zod";',
    'import z from "zod";',
    'import { type ZodType, z } from "zod";',
    'import {\n  z,\n} from "zod";',
    'import { z } from "@hono/zod-openapi";',
  ]) {
    addCase(`all of zod: ${code}`, importer, code, true);
  }
  for (const code of [
    'import * as z from "zod";',
    'import type * as z from "zod";',
    'import { x, y } from "zod";',
  ]) {
    addCase(`zod by parts: ${code}`, importer, code, false);
  }
}

addCase(
  "a path in a string is not an import",
  "src/domain/a.ts",
  `export const x = "from ../storage/a.ts";`,
  false,
);
addCase(
  "a path cannot hide behind ./",
  "src/http/api/a.ts",
  `import { x } from "./../../storage/a.ts";`,
  true,
);
addCase("CommonJS is no way around", "src/http/a.ts", `export const x = require("../storage/a.ts");`, true);

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

const RULES = ["plugin", "lint/style/noRestrictedImports", "lint/style/noCommonJs"];

let folder = "";
/** `file:line` of everything that the import rules caught. */
let caughtLines = new Set<string>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "import-rules-"));
  cpSync(join(root, "biome.json"), join(folder, "biome.json"));
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  cpSync(join(root, "scripts/lint"), join(folder, "scripts/lint"), { recursive: true });
  for (const [file, lines] of linesOf) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), lines.join("\n"));
  }
  const biome = join(root, "node_modules/.bin/biome");
  const result = spawnSync(biome, ["lint", "--reporter=json", "--max-diagnostics=none", "src"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const report = JSON.parse(result.stdout) as Report;
  const found = report.diagnostics.filter((diagnostic) => RULES.includes(diagnostic.category));
  caughtLines = new Set(found.map(({ location }) => `${location.path}:${location.start.line}`));
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function isCaught({ file, start, end }: Case): boolean {
  for (let line = start; line <= end; line++) {
    if (caughtLines.has(`${file}:${line}`)) {
      return true;
    }
  }
  return false;
}

/** What the linter says about each case, next to what the table says, where the two differ. */
function differences(among: readonly Case[]): string[] {
  return among
    .filter((one) => isCaught(one) !== one.caught)
    .map(({ name, code, caught }) => `${name}: should be ${caught ? "caught" : "allowed"}: ${code}`);
}

describe("import table", () => {
  it("knows every file and folder of src", () => {
    const known = new Set(ZONES.map((zone) => FILE_OF_ZONE[zone].split("/")[1]));
    const unknown = readdirSync(join(root, "src")).filter((name) => !known.has(name));
    expect(unknown).toEqual([]);
  });

  for (const zone of ZONES) {
    it(`${zone} imports what the table allows and nothing else`, () => {
      const prefix = FOLDERS.includes(zone) ? `src/${zone}/` : FILE_OF_ZONE[zone];
      const own = cases.filter(({ file }) => file.startsWith(prefix));
      expect(own.some(({ caught }) => caught)).toBe(true);
      expect(differences(own)).toEqual([]);
    });
  }
});
