import { createApp } from "./http/app.ts";
import { handleQueue } from "./queues/router.ts";
import { runSchedule } from "./schedules/router.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  queue: handleQueue,
  scheduled: runSchedule,
} satisfies ExportedHandler<Env>;
