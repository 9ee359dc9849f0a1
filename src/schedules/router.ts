import { openPlatform } from "../compose.ts";
import { resumeSagas } from "../domain/sagas/resume-sagas.ts";

/** What runs every minute. Each job is safe to run twice and leaves the others alone when it fails. */
export async function runSchedule(_controller: ScheduledController, env: Env): Promise<void> {
  const platform = openPlatform(env);
  await resumeSagas(platform);
}
