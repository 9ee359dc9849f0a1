import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./root.ts";

/** Runs a script's main part; a failure becomes one readable message and exit code 1, not a stack trace. */
export async function runScript(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(`\n${describe(error)}`);
    process.exit(1);
  }
}

/** The messages of an error and of what caused it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause === undefined ? error.message : `${error.message}\n${describe(error.cause)}`;
}

/** Runs another script of the project to its end, its output shown; throws when it fails. */
export async function runNodeScript(path: string, args: readonly string[] = []): Promise<void> {
  await run(process.execPath, [join(root, path), ...args], "inherit", path);
}

/** Runs a program of a package to its end, its output shown only when it fails. */
export async function runNode(file: string, args: readonly string[]): Promise<void> {
  await run(process.execPath, [file, ...args], "pipe", file);
}

async function run(
  program: string,
  args: readonly string[],
  output: "inherit" | "pipe",
  name: string,
): Promise<void> {
  const child = spawn(program, args, { cwd: root, stdio: ["ignore", output, output] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      printed += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  if (code !== 0) {
    throw new Error(`${printed}${name} failed.`);
  }
}
