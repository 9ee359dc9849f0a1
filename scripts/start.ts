/**
 * Serves the CRM on this machine with nothing but what `npm ci` installed: settings, migrations, seeds, then
 * wrangler's local server, with the cron handlers fired every minute (wrangler does not do that by itself).
 *
 *   --port N          8787 by default
 *   --host H          localhost by default; 0.0.0.0 to be reachable from outside
 *   --persist-to DIR  keep the databases elsewhere than in .wrangler/state
 *   --no-demo         no demo companies
 *   --watch           reload on every change of the source (npm run dev)
 *   --verbose         show the server's own log
 *
 * Any setting of .dev.vars.example can also be given in the environment.
 */
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from "./demo-accounts.ts";
import { fireCrons } from "./tooling/crons.ts";
import { makeDevVars } from "./tooling/dev-vars.ts";
import { localState } from "./tooling/local-state.ts";
import { prepareLocally } from "./tooling/prepare.ts";
import { runScript } from "./tooling/run-script.ts";
import { type LocalServer, serveLocally, serveWithReload } from "./tooling/serve.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const CRON_INTERVAL_MS = 60_000;

async function start(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8787" },
      host: { type: "string", default: "localhost" },
      "persist-to": { type: "string" },
      "no-demo": { type: "boolean", default: false },
      watch: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`--port must be a number from 1 to 65535, not ${values.port}.`);
  }
  await assertPortIsFree(port, values.host);

  const state = localState(values["persist-to"]);
  mkdirSync(state.folder, { recursive: true });
  if (makeDevVars()) {
    console.log("Made .dev.vars with a new SECRET_KEY.");
  }
  await prepareLocally(state, !values["no-demo"]);

  console.log("Starting the server…");
  const { host, verbose } = values;
  const base = baseUrl(host, port);
  const options = { host, port, state, verbose };
  const server = values.watch ? await serveWithReload(options, base) : await serveLocally(options, base);
  stopWhenAsked(server);
  await assertHealthy(base);
  const crons = setInterval(() => fireCrons(base), CRON_INTERVAL_MS);
  crons.unref();
  announce(base, !values["no-demo"]);
}

/** The Worker may be up and still unable to serve, for want of a setting, say: then its own words help most. */
async function assertHealthy(base: string): Promise<void> {
  const answer = await fetch(`${base}/healthz`);
  if (!answer.ok) {
    throw new Error(`The server does not work: /healthz answers ${answer.status}\n${await answer.text()}`);
  }
}

function announce(base: string, demo: boolean): void {
  const [account] = DEMO_ACCOUNTS;
  const lines = [
    "",
    `The CRM runs on ${base}`,
    "",
    `  API documentation   ${base}/docs`,
    `  OpenAPI document    ${base}/openapi.json`,
  ];
  if (demo && account) {
    lines.push("", `Demo log-ins (password ${DEMO_PASSWORD}):`);
    for (const { email, role, company } of DEMO_ACCOUNTS) {
      lines.push(`  ${email.padEnd(28)} ${role}, ${company}`);
    }
    lines.push(
      "",
      "Try it:",
      `  curl -s ${base}/api/auth/token -d username=${account.email} -d password=${DEMO_PASSWORD}`,
    );
  } else {
    lines.push(
      "",
      "Try it:",
      `  curl -s ${base}/api/auth/register -H 'content-type: application/json' -d '{"email":"me@example.com","password":"${DEMO_PASSWORD}","company_name":"Acme"}'`,
    );
  }
  lines.push("", "Ctrl-C stops it; the data stays. `npm run reset` deletes the data.");
  console.log(lines.join("\n"));
}

function baseUrl(host: string, port: number): string {
  const wildcard = host === "0.0.0.0" || host === "::";
  const name = wildcard ? "localhost" : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

function stopWhenAsked(server: LocalServer): void {
  let stopping = false;
  const stop = (): void => {
    // npm passes the terminal's Ctrl-C on, so one press may arrive twice.
    if (stopping) {
      return;
    }
    stopping = true;
    setTimeout(() => process.exit(1), 5_000).unref();
    server.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of SIGNALS) {
    process.on(signal, stop);
  }
  if (process.env.npm_lifecycle_event !== undefined) {
    // Whoever ends npm ends the shell between it and this process, which hears nothing of it.
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && stop(), 500).unref();
  }
}

async function assertPortIsFree(port: number, host: string): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      const why = taken
        ? `Port ${port} is taken: another server runs there already. Stop it, or: npm start -- --port ${port + 1}`
        : `Cannot listen on ${host}:${port}: ${error.message}`;
      reject(new Error(why));
    });
    // "localhost" means IPv4 to wrangler, whatever this machine's resolver says.
    probe.listen(port, host === "localhost" ? "127.0.0.1" : host, () => probe.close(() => resolve()));
  });
}

if (import.meta.main) {
  await runScript(start);
}
