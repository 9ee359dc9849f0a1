import { listCrons } from "./databases.ts";

/** Fires every configured cron handler once; a handler that fails says so and does not stop the others. */
export async function fireCrons(base: string): Promise<void> {
  for (const cron of listCrons()) {
    try {
      const answer = await fetch(`${base}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`);
      const text = await answer.text();
      if (!answer.ok) {
        console.error(`The cron handler "${cron}" failed: ${answer.status} ${text}`);
      }
    } catch (error) {
      console.error(`The cron handler "${cron}" was not reached: ${String(error)}`);
    }
  }
}
