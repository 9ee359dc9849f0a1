/**
 * Companies and people for tests in workerd (the `worker` project). Each test makes its own:
 *
 *     const world = makeWorld();
 *     const { owner, member } = await world.tenant();            // a company with the standard tables
 *     const rival = await world.tenant({ shard: "02" });         // another, on the other shard
 *     const seller = await member({ permissions: ["leads:view"] });
 *     const nobody = await member();                             // a member without any role
 *
 *     const { status, body } = await owner.post<{ id: string }>("/api/roles", { name: "Sales" });
 *     await seller.get("/api/roles");                            // { status: 403, … }
 *     await world.anonymous.get("/healthz");
 *     await world.client("not a token").get("/api/roles");
 *
 * Clients call the real app with the real bindings. Every answer is checked, whatever the test looks at: a status,
 * problem code or body field that the endpoint, or the caller's own document, does not declare throws, and so does a statement on a tenant's
 * table that does not bind the client's tenant (exceptions are named in tenant-tables.ts).
 *
 * Passwords are not hashed unless one is given (`world.tenant({ password })`): members have a session at once.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { openPlatform } from "../../src/compose.ts";
import type { PlatformContext } from "../../src/domain/context.ts";
import { createApp } from "../../src/http/app.ts";
import type { Endpoint } from "../../src/http/endpoint.ts";
import { loadEndpoints } from "../../src/http/endpoints.ts";
import { findEndpoint, undeclared } from "./declared-answers.ts";
import { ownDocumentChecker } from "./own-documents.ts";
import { addMember, beginSession, foundTenant, type TestAccount } from "./people.ts";
import { type RecordedBatch, recordingDatabases, tenantWallViolations } from "./recording-d1.ts";

type Wire = Readonly<Record<string, unknown>>;

export interface Answer<Body = Wire> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined when empty, the text when it is no JSON. */
  readonly body: Body;
  readonly text: string;
  /** What Server-Timing tells; zeros when it is absent. */
  readonly cost: { readonly trips: number; readonly rowsRead: number; readonly rowsWritten: number };
  /** Every D1 batch of the request, in order, with statements and parameters. */
  readonly batches: readonly RecordedBatch[];
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is instead of a JSON body; give the content type, too. */
  readonly raw?: string | Uint8Array;
}

type Send = <Body = Wire>(path: string, body?: unknown, options?: RequestOptions) => Promise<Answer<Body>>;

export interface Client {
  readonly token: string | undefined;
  request<Body = Wire>(
    method: string,
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<Answer<Body>>;
  get<Body = Wire>(path: string, options?: RequestOptions): Promise<Answer<Body>>;
  delete<Body = Wire>(path: string, options?: RequestOptions): Promise<Answer<Body>>;
  readonly post: Send;
  readonly put: Send;
  readonly patch: Send;
  /**
   * Has something happen once, just before this client's next guarded batch is sent: what a write was decided
   * on changes between its reading and its committing.
   */
  beforeCommit(interfere: () => Promise<unknown>): void;
}

export interface MemberClient extends Client {
  readonly token: string;
  readonly tenantId: string;
  readonly memberId: string;
  readonly sessionId: string;
  readonly email: string;
  readonly refreshToken: string;
}

export interface TestTenant {
  readonly id: string;
  readonly shard: string;
  /** The founder, who may do everything. */
  readonly owner: MemberClient;
  /** A colleague with a role of the given permissions and rules (in the wire's form), or without any role. */
  member(options?: {
    permissions?: readonly unknown[];
    attributeRules?: readonly unknown[];
    password?: string;
  }): Promise<MemberClient>;
}

export interface World {
  readonly endpoints: readonly Endpoint[];
  readonly anonymous: Client;
  /** Sends this token, whatever it is. `tenantId`: whose rows its requests may touch. */
  client(token: string | undefined, tenantId?: string): Client;
  tenant(options?: {
    shard?: string;
    name?: string;
    locale?: "ru" | "en";
    password?: string;
  }): Promise<TestTenant>;
  /** The domain's platform on unrecorded bindings, for what no endpoint offers. */
  readonly platform: PlatformContext;
  /** `createRole 201` and the like: the declared answers that have been given so far. */
  readonly produced: ReadonlySet<string>;
}

export interface WorldOptions {
  /** Instead of the API's own. */
  readonly endpoints?: readonly Endpoint[];
  /** Settings and bindings in place of wrangler.toml's. The edge's limiter is off unless it is one of them. */
  readonly vars?: Readonly<Record<string, unknown>>;
  /** Instead of the local queue, which hands messages to the consumer by itself. */
  readonly queue?: Queue;
}

const ORIGIN = "https://crm.test";

const allEndpoints = await loadEndpoints();

export function makeWorld({ endpoints: own, vars = {}, queue = env.DELIVERIES }: WorldOptions = {}): World {
  const bindings = { ...env, AUTH_LIMITER: undefined, ...vars, DELIVERIES: queue } as unknown as Env;
  const endpoints = own ?? allEndpoints;
  const app = createApp(own && [{ under: own.map(addressOf), load: async () => own }]);
  const platform = openPlatform(bindings);
  const produced = new Set<string>();

  function client(token: string | undefined, tenantId?: string): Client {
    let interfere: (() => Promise<unknown>) | undefined;
    const notInOwnDocument = ownDocumentChecker(async (etag) => {
      const headers = { authorization: `Bearer ${token}`, ...(etag && { "if-none-match": etag }) };
      return app.fetch(
        new Request(`${ORIGIN}/api/openapi.json`, { headers }),
        bindings,
        createExecutionContext(),
      );
    });

    async function request<Body>(
      method: string,
      path: string,
      body?: unknown,
      { headers, raw }: RequestOptions = {},
    ): Promise<Answer<Body>> {
      const batches: RecordedBatch[] = [];
      const recorded = recordingDatabases(async (batch) => {
        batches.push(batch);
        if (interfere && batch.statements.some(({ sql }) => /INTO guard\b/i.test(sql))) {
          const once = interfere;
          interfere = undefined;
          await once();
        }
      });
      const url = new URL(path, ORIGIN);
      const ctx = createExecutionContext();
      const response = await app.fetch(
        new Request(url, {
          method,
          headers: {
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && { "content-type": "application/json" }),
            ...headers,
          },
          body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
        }),
        { ...bindings, ...recorded },
        ctx,
      );
      const text = await response.text();
      await waitOnExecutionContext(ctx);
      const answer = { status: response.status, headers: response.headers, text, body: parse(text) };
      const { endpoint } = findEndpoint(endpoints, method, url.pathname);
      const tenant = endpoint?.access === "public" ? undefined : tenantId;
      const onShards = batches.some(({ database }) => database !== "DIRECTORY");
      const known = tenant === undefined && onShards ? await knownTenants() : [];
      const sent = () => String(raw ?? JSON.stringify(body) ?? "");
      const wrong = [
        ...undeclared(
          endpoints,
          { method, path: url.pathname, sent: () => `${sent()} ${decode(`${url.href} ${sent()}`)}` },
          answer,
        ),
        ...tenantWallViolations(batches, { tenantId: tenant, known }),
        ...(await notInOwnDocument(method, url.pathname, answer)),
      ];
      if (wrong.length > 0) {
        throw new Error(
          `${method} ${path} ${sent().slice(0, 500)} → ${answer.status} ${text.slice(0, 500)}\n  ${wrong.join("\n  ")}`,
        );
      }
      if (endpoint?.answers[answer.status]) produced.add(`${endpoint.operationId} ${answer.status}`);
      return { ...answer, body: answer.body as Body, cost: readCost(response.headers), batches };
    }

    return {
      token,
      request,
      get: (path, options) => request("GET", path, undefined, options),
      delete: (path, options) => request("DELETE", path, undefined, options),
      post: (path, body, options) => request("POST", path, body, options),
      put: (path, body, options) => request("PUT", path, body, options),
      patch: (path, body, options) => request("PATCH", path, body, options),
      beforeCommit(happening) {
        interfere = happening;
      },
    };
  }

  async function memberClient(account: TestAccount): Promise<MemberClient> {
    const session = await beginSession(platform, account);
    return {
      ...client(session.token, account.tenantId),
      ...session,
      tenantId: account.tenantId,
      memberId: account.id,
      email: account.email,
    };
  }

  return {
    endpoints,
    platform,
    produced,
    client,
    anonymous: client(undefined),

    async tenant({ shard = "01", name = "Acme", locale = "en", password } = {}) {
      const tenantId = platform.newId();
      const founder = await foundTenant(platform, { tenantId, shard, name, locale, password });
      const owner = await memberClient(founder);
      return {
        id: tenantId,
        shard,
        owner,
        async member({ permissions = [], attributeRules = [], password: memberPassword } = {}) {
          const roleIds: string[] = [];
          if (permissions.length > 0) {
            const role = {
              name: `Role ${platform.newId()}`,
              permissions,
              attribute_rules: attributeRules,
            };
            const { status, body, text } = await owner.post<{ id: string }>("/api/roles", role);
            if (status !== 201) throw new Error(`the role was refused: ${text}`);
            roleIds.push(body.id);
          }
          return memberClient(
            await addMember(platform, { tenantId, shard, roleIds, password: memberPassword }),
          );
        },
      };
    },
  };
}

/** The part of an endpoint's path that is always the same. */
function addressOf({ path }: Endpoint): string {
  return path.replace(/(?<=.)\/\{.*/, "");
}

/** The ids of all tenants there are. */
export async function knownTenants(): Promise<string[]> {
  const { results } = await env.DIRECTORY.prepare("SELECT id FROM tenants").all<{ id: string }>();
  return results.map(({ id }) => id);
}

function decode(url: string): string {
  try {
    return decodeURIComponent(url.replaceAll("+", " "));
  } catch {
    return url;
  }
}

function parse(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readCost(headers: Headers): Answer["cost"] {
  const told = /trips=(\d+) rows_read=(\d+) rows_written=(\d+)/.exec(headers.get("server-timing") ?? "");
  const [trips = 0, rowsRead = 0, rowsWritten = 0] = (told ?? []).slice(1).map(Number);
  return { trips, rowsRead, rowsWritten };
}
