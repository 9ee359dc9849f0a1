import { join } from "node:path";
import { migrateLocal } from "../migrate.ts";
import type { LocalState } from "./local-state.ts";
import { onceFor, type PreparingStep } from "./once-for.ts";
import { root } from "./root.ts";
import { runNode } from "./run-script.ts";

export const MIGRATE: PreparingStep = { name: "migrate", sources: ["wrangler.toml", "migrations"] };

const SEED_PERMISSIONS: PreparingStep = {
  name: "seed-permissions",
  sources: ["scripts/seed-permissions.ts", "scripts/permission-catalogue-sql.ts", "src/domain/access"],
};

const SEED_DEMO: PreparingStep = {
  name: "seed-demo",
  sources: ["scripts/seed-demo.ts", "scripts/demo-accounts.ts", "scripts/demo-data.ts", "scripts/demo"],
};

/** Migrates and seeds local databases; next to nothing to do when they have been before. */
export async function prepareLocally(state: LocalState, demo: boolean): Promise<void> {
  const options = ["--persist-to", state.folder];
  await onceFor(state, MIGRATE, async () => {
    console.log("Applying migrations to the local databases…");
    await migrateLocal(state);
  });
  await onceFor(state, SEED_PERMISSIONS, async () => {
    console.log("Seeding the catalogue of permissions…");
    await runNode(join(root, "scripts/seed-permissions.ts"), options);
  });
  if (demo) {
    await onceFor(state, SEED_DEMO, async () => {
      console.log("Seeding the demo companies…");
      await runNode(join(root, "scripts/seed-demo.ts"), options);
    });
  }
}
