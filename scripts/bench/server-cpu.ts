import { readdirSync, readFileSync } from "node:fs";

/** The unit of /proc's times on every Linux that Node runs on. */
const TICK_MS = 10;

/**
 * A clock of the CPU time that workerd, a child of this process, has taken so far, in milliseconds. Unlike the time
 * on the wall it tells what a request costs even on a busy machine. Undefined where there is no /proc.
 */
export function serverCpuClock(): (() => number) | undefined {
  const pid = childrenOfThisProcess().find((child) => statOf(child)?.name === "workerd");
  if (pid === undefined) return undefined;
  return () => statOf(pid)?.cpuMs ?? 0;
}

function childrenOfThisProcess(): string[] {
  try {
    return readdirSync("/proc/self/task").flatMap((task) =>
      readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" ").filter(Boolean),
    );
  } catch {
    return [];
  }
}

/** See proc_pid_stat(5): the name stands in parentheses, user and system time are fields 14 and 15. */
function statOf(pid: string): { name: string; cpuMs: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { name: stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")")), cpuMs: ticks * TICK_MS };
  } catch {
    return undefined;
  }
}
