import type { BuiltWorker } from "./build-worker.ts";
import type { Request } from "./client.ts";
import { fillLeads } from "./fill.ts";
import { FIRST_PAGE, measureOperations, oneRecord } from "./operations.ts";
import type { Progress } from "./progress.ts";
import type { SizeResults, TracedRequest } from "./results.ts";
import type { RunningWorkers } from "./start-workers.ts";
import type { Tenant } from "./tenant.ts";
import { compare, type Throughput } from "./throughput.ts";
import { openTrace, recordsStatement, shortName, type TracedStatement } from "./trace.ts";

export interface Bench {
  readonly built: BuiltWorker;
  readonly workers: RunningWorkers;
  readonly tenant: Tenant;
  readonly progress: Progress;
}

/** Fills the table from `from` to `to` records and measures it at that size. */
export async function measureSize(bench: Bench, from: number, to: number): Promise<SizeResults> {
  const { built, workers, tenant, progress } = bench;
  const sizeBefore = await workers.shardSize();
  const filled = await fillLeads(tenant, to - from, from, (done) => {
    progress.show(`filling leads: ${(from + done).toLocaleString("en")}`, (from + done) / to);
  });
  const bytesPerRecord = Math.round(((await workers.shardSize()) - sizeBefore) / (to - from));

  progress.show("measuring one request at a time");
  const operations = await measureOperations(tenant, filled.ids, to);

  progress.show("measuring throughput");
  const page: Request = { method: "GET", path: FIRST_PAGE, headers: tenant.headers };
  const get: Request = { method: "GET", path: oneRecord(filled.ids[0] ?? ""), headers: tenant.headers };
  const trace = await openTrace(built, workers);
  const coldTrace = await trace(page);
  const pageTrace = await trace(page);
  const getTrace = await trace(get);
  const throughput = {
    page: await againstBare(workers, page, recordsStatement(pageTrace), "/page"),
    get: await againstBare(workers, get, recordsStatement(getTrace), "/get"),
    hello: await compare(
      { base: workers.crm, request: { method: "GET", path: "/healthz" } },
      { base: workers.bare, request: { method: "GET", path: "/hello" } },
    ),
  };
  const { ids: _, ...fill } = filled;
  const traces = [
    asTraced("page of 50, cold isolate", coldTrace),
    asTraced("page of 50", pageTrace),
    asTraced("get", getTrace),
  ];
  return { records: to, fill, bytesPerRecord, operations, throughput, traces };
}

async function againstBare(
  { crm, bare }: RunningWorkers,
  request: Request,
  { sql, params }: TracedStatement,
  path: string,
): Promise<Throughput> {
  await fetch(new URL(path, bare), { method: "PUT", body: JSON.stringify({ sql, params }) });
  return compare({ base: crm, request }, { base: bare, request: { method: "GET", path } });
}

function asTraced(name: string, statements: readonly TracedStatement[]): TracedRequest {
  return {
    name,
    statements: statements.map((statement) => ({
      name: shortName(statement),
      rowsRead: statement.rowsRead,
    })),
  };
}
