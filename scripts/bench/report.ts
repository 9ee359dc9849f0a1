import { BUNDLE_BYTES, type Budget, overBudget, PAGE_RATIO, STARTUP_MS } from "./budgets.ts";
import type { Results, SizeResults, TracedRequest } from "./results.ts";
import { CONCURRENCY } from "./throughput.ts";

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** One size: what it cost to fill, then a line for each operation. */
export function sizeReport(size: SizeResults): string {
  const { fill, throughput } = size;
  const each = (rows: number) => number(rows / fill.lastCost.records, 1);
  const lines = [
    `== ${number(size.records)} leads`,
    `Filled at ${number(fill.perSecond)} records/s, ${number(fill.lastCost.records)} in a request: ` +
      `${fill.lastCost.trips} trips, ${each(fill.lastCost.rowsRead)} rows read and ` +
      `${each(fill.lastCost.rowsWritten)} written for each; ${number(size.bytesPerRecord)} bytes each on disk.`,
    "",
    ...table(
      ["one at a time", "trips", "read", "written", "p50 ms", "p95 ms", "budget", ""],
      size.operations.map((operation) => [
        operation.name,
        number(operation.trips),
        number(operation.rowsRead),
        number(operation.rowsWritten),
        number(operation.p50, 1),
        number(operation.p95, 1),
        budgetText(operation.budget),
        overBudget(operation, operation.budget).length > 0 ? "OVER" : "",
      ]),
    ),
    "",
    ...table(
      [`${CONCURRENCY} at once`, "CRM/s", "bare/s", "ratio", "CRM CPU ms", "bare CPU ms", "ratio"],
      Object.entries({ "page of 50": throughput.page, ...throughput.others }).map(
        ([name, { crm, bare, ratio, cpu }]) => [
          name,
          number(crm),
          number(bare),
          number(ratio, 2),
          ...(cpu ? [number(cpu.crm, 2), number(cpu.bare, 2), number(cpu.ratio, 2)] : ["–", "–", "–"]),
        ],
      ),
    ),
    "",
    "Rows read, statement by statement:",
    ...size.traces.map((trace) => `  ${trace.name}: ${traceText(trace)}`),
  ];
  return lines.join("\n");
}

/** The Worker itself, and the line that says what to look at next. */
export function summary({ bundle, startup, sizes }: Results): string {
  const last = sizes.at(-1);
  const lines = [
    "== The Worker",
    `Bundle ${number(bundle.plain / 1_000)} kB, ${number(bundle.gzipped / 1_000)} kB gzipped ` +
      `(budget ${number(BUNDLE_BYTES / 1_000)} kB). Start-up ${number(startup.cpuMs)} ms of CPU (budget ${STARTUP_MS} ms); ` +
      `workerd ready after ${number(startup.readyMs)} ms, first answer ${number(startup.firstAnswerMs)} ms later.`,
  ];
  if (!last) return lines.join("\n");
  const findings = last.operations.flatMap((operation) => {
    const over = overBudget(operation, operation.budget);
    return over.length > 0 ? [`${operation.name} (${over.join(", ")})`] : [];
  });
  if (last.throughput.page.ratio > PAGE_RATIO) {
    findings.push(`page ratio ${number(last.throughput.page.ratio, 2)} > ${PAGE_RATIO}`);
  }
  if (bundle.gzipped > BUNDLE_BYTES) findings.push("bundle size");
  if (startup.cpuMs > STARTUP_MS) findings.push(`start-up ${number(startup.cpuMs)} ms > ${STARTUP_MS} ms`);
  const next =
    findings.length > 0 ? `Look next at: ${findings.join("; ")}.` : "Everything is within its budget.";
  return [
    ...lines,
    "",
    `At ${number(last.records)} records a page of 50 costs ${number(last.throughput.page.ratio, 2)} × the bare Worker's ` +
      `(budget ${PAGE_RATIO}). ${next}`,
  ].join("\n");
}

function budgetText({ trips, rowsRead, rowsWritten }: Budget): string {
  return [trips, rowsRead, rowsWritten]
    .map((ceiling) => (ceiling === undefined ? "–" : number(ceiling)))
    .join(" / ");
}

function traceText({ statements }: TracedRequest): string {
  const reading = statements.filter(({ rowsRead }) => rowsRead > 0);
  return reading
    .toSorted((a, b) => b.rowsRead - a.rowsRead)
    .map(({ name, rowsRead }) => `${rowsRead} ${name}`)
    .join(" + ");
}

/** The first column to the left, figures to the right. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}
