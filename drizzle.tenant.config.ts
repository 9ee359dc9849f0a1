import { defineConfig } from "drizzle-kit";

// drizzle-kit only writes the migrations; wrangler applies them (scripts/migrate.ts).
export default defineConfig({
  dialect: "sqlite",
  schema: "./src/storage/tables/tenant.ts",
  out: "./migrations/tenant",
});
