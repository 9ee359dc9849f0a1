import { availableParallelism } from "node:os";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** `npm run test:full` runs every proof at its full size; `npm test` at a reduced one. */
const full = process.env.FULL === "1";

/** Where the machine-readable report goes; `.ci/run` and `test:full` read it. */
const report = process.env.TEST_REPORT ?? ".tmp/test-report.json";

/** How long a test may take before it counts as hung; generous, since nothing here is about speed. */
const PATIENCE_MS = full ? 60 * 60_000 : 180_000;

/**
 * Files at a time, of whatever project. Vitest would leave one core to itself; with two, that is every other file's.
 * Files that wait for a lease or a server (e2e) cost the others nothing meanwhile.
 */
const maxWorkers = Math.max(2, availableParallelism());

export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: report }]],
    slowTestThreshold: 5_000,
    projects: [
      {
        test: {
          name: "unit",
          maxWorkers,
          environment: "node",
          include: ["test/**/*.unit.test.ts"],
          exclude: ["test/e2e/**"],
          setupFiles: ["test/support/fixed-seed.ts"],
          provide: { full },
          testTimeout: PATIENCE_MS,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            remoteBindings: false,
            miniflare: {
              bindings: {
                SECRET_KEY: "only-for-tests-0123456789abcdef0123456789abcdef",
                // Whatever the developer's .dev.vars says, tests start from the same settings.
                REGISTRATION_TOKEN: "",
                API_KEY_WAPPI: "",
                PROFILE_ID_WAPPI: "",
                CORS_ORIGINS: "",
                MIGRATIONS_DIRECTORY: await readD1Migrations("migrations/directory"),
                MIGRATIONS_TENANT: await readD1Migrations("migrations/tenant"),
              },
              // Tests wait for the queue's effect, so a batch is handed over almost at once.
              queueConsumers: {
                "edge-crm-deliveries": {
                  maxBatchSize: 10,
                  maxBatchTimeout: 0.05,
                  maxRetries: 5,
                  deadLetterQueue: "edge-crm-dead-letters",
                },
                "edge-crm-jobs": {
                  maxBatchSize: 4,
                  maxBatchTimeout: 0.05,
                  maxRetries: 5,
                  deadLetterQueue: "edge-crm-dead-letters",
                },
                "edge-crm-dead-letters": { maxBatchSize: 10, maxBatchTimeout: 0.05, maxRetries: 100 },
              },
            },
          })),
        ],
        test: {
          name: "worker",
          // Starting a workerd for each file would cost more than all tests together. Every test makes its own tenants;
          // what the files share is the databases and the modules' state, as requests to one Worker do.
          isolate: false,
          maxWorkers,
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.unit.test.ts", "test/e2e/**", "test/browser/**"],
          setupFiles: [
            "test/support/apply-migrations.ts",
            "test/support/fixed-seed.ts",
            "test/support/leave-no-mocks.ts",
            "test/support/check-data.ts",
          ],
          provide: { full },
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
      {
        test: {
          name: "e2e",
          environment: "node",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/support/prepare-servers.ts"],
          maxWorkers,
          provide: { full },
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
        },
      },
    ],
  },
});
