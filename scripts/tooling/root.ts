import { resolve } from "node:path";

/** The project's top folder, wherever a script is called from. */
export const root = resolve(import.meta.dirname, "../..");
