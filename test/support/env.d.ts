import type { D1Migration } from "@cloudflare/vitest-plugin";

declare global {
  namespace Cloudflare {
    interface Env {
      readonly MIGRATIONS_DIRECTORY: D1Migration[];
      readonly MIGRATIONS_TENANT: D1Migration[];
    }
  }
}

declare module "vitest" {
  interface ProvidedContext {
    /** True when every proof runs at its full size (`npm run test:full`). */
    full: boolean;
  }

  interface TaskMeta {
    proof?: { name: string; n: number; full: number; seed: number };
  }
}
