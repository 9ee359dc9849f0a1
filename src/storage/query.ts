import { drizzle } from "drizzle-orm/d1";

/** Builds SQL from the drizzle tables. It has no connection: `Database` runs what it builds. */
export const query = drizzle({} as D1Database);
