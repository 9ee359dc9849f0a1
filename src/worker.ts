import { createApp } from "./http/app.ts";

const app = createApp();

/** Requests come first: what only queues and schedules need is loaded with the first of theirs. */
export default {
  fetch: app.fetch,
  queue: async (...event) => (await import("./queues/router.ts")).handleQueue(...event),
  scheduled: async (...event) => (await import("./schedules/router.ts")).runSchedule(...event),
} satisfies ExportedHandler<Env>;
