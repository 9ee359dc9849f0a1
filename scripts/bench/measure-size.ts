import type { BuiltWorker } from "./build-worker.ts";
import type { Request } from "./client.ts";
import { fillLeads, oneLead } from "./fill.ts";
import {
  FILTERED_PAGE,
  FIRST_PAGE,
  FOUND_PAGE,
  LEADS,
  measureOperations,
  oneRecord,
  SORTED_PAGE,
} from "./operations.ts";
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
  const get = (path: string): Request => ({ method: "GET", path, headers: tenant.headers });
  const page = get(FIRST_PAGE);
  const one = get(oneRecord(filled.ids[0] ?? ""));
  const trace = await openTrace(built, workers);
  const coldTrace = await trace(page);
  const pageTrace = await trace(page);
  const oneTrace = await trace(one);
  const ratioOf = async (request: Request, path: string) =>
    againstBare(workers, request, recordsStatement(await trace(request)), path);
  const throughput = {
    page: await ratioOf(page, "/page"),
    others: {
      "page, sorted by indexed": await ratioOf(get(SORTED_PAGE), "/sorted"),
      "page, equal 1 in 8": await ratioOf(get(FILTERED_PAGE), "/filtered"),
      "page, common word": await ratioOf(get(FOUND_PAGE), "/found"),
      "one record": await ratioOf(one, "/get"),
      create: await createsAgainstBare(workers, tenant),
      "no database": await compare(
        { base: workers.crm, request: { method: "GET", path: "/healthz" } },
        { base: workers.bare, request: { method: "GET", path: "/hello" } },
      ),
    },
  };
  const { ids: _, ...fill } = filled;
  const traces = [
    asTraced("page of 50, cold isolate", coldTrace),
    asTraced("page of 50", pageTrace),
    asTraced("get", oneTrace),
  ];
  return { records: to, fill, bytesPerRecord, operations, throughput, traces };
}

/** The floor of a create is one row of the same values in a table without an index. */
async function createsAgainstBare(workers: RunningWorkers, tenant: Tenant): Promise<Throughput> {
  const values = oneLead(tenant, 0);
  const body = JSON.stringify(values);
  const store = (path: string, sql: string, params: readonly string[]) =>
    fetch(new URL(path, workers.bare), { method: "PUT", body: JSON.stringify({ sql, params }) });
  await store(
    "/table",
    "CREATE TABLE IF NOT EXISTS bare_rows (id INTEGER PRIMARY KEY, data TEXT NOT NULL)",
    [],
  );
  await fetch(new URL("/table", workers.bare));
  await store("/create", "INSERT INTO bare_rows (data) VALUES (?)", [body]);
  const headers = { ...tenant.headers, "content-type": "application/json" };
  return compare(
    { base: workers.crm, request: { method: "POST", path: LEADS, headers, body } },
    { base: workers.bare, request: { method: "GET", path: "/create" } },
  );
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
