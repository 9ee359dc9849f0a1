import { createMiddleware } from "hono/factory";
import { CostMeter } from "../../compose.ts";
import type { HttpEnv } from "../http-env.ts";

/** Tells what the request cost in D1: round trips and rows, authentication included, save where that tells too much. */
export const serverTiming = createMiddleware<HttpEnv>(async (c, next) => {
  const meter = new CostMeter();
  c.set("meter", meter);
  await next();
  const { trips, rowsRead, rowsWritten, duration } = meter.cost;
  if (trips === 0 || c.get("discreet")) return;
  const cost = `trips=${trips} rows_read=${rowsRead} rows_written=${rowsWritten}`;
  c.res.headers.set("server-timing", `d1;desc="${cost}";dur=${duration.toFixed(1)}`);
});
