import { runNodeScript } from "../../scripts/tooling/run-script.ts";
import { makeTemplate } from "./migrated-state.ts";

/** Once, before any file of the e2e project: what they would otherwise make at the same time in the same place. */
export async function setup(): Promise<void> {
  await runNodeScript("scripts/build-assets.ts");
  await makeTemplate();
}
