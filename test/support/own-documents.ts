import * as z from "zod";
import type { ReadAnswer } from "./declared-answers.ts";

interface OwnDocument {
  readonly tags: readonly { readonly name: string; readonly "x-entity-type-id": string }[];
  readonly paths: Readonly<
    Record<
      string,
      Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface Known {
  readonly etag: string;
  readonly document: OwnDocument;
  /** Schemas of answers that have been checked, by operation and status. */
  readonly schemas: Map<string, z.ZodType | undefined>;
}

/** Asks for the caller's own document; `etag` is that of the one that is there already. */
export type FetchDocument = (etag: string | undefined) => Promise<Response>;

/**
 * Checks answers about records against what the caller's own document says at that moment: fields that it does not
 * declare are wrong. One for each client.
 */
export function ownDocumentChecker(fetchDocument: FetchDocument) {
  let known: Known | undefined;

  async function current(): Promise<Known | undefined> {
    const response = await fetchDocument(known?.etag);
    if (response.status === 304) return known;
    // The session is over, or the test has no such endpoint.
    if (response.status !== 200) return undefined;
    const document = (await response.json()) as OwnDocument;
    known = { etag: response.headers.get("etag") ?? "", document, schemas: new Map() };
    return known;
  }

  return async (method: string, path: string, answer: ReadAnswer): Promise<string[]> => {
    const [, entity, rest = ""] = /^\/api\/data\/([^/]+)(.*?)\/?$/.exec(path) ?? [];
    if (entity === undefined || answer.status >= 300 || typeof answer.body !== "object") return [];
    const own = await current();
    if (!own) return [];
    const { tags, paths } = own.document;
    const wanted = decodeURIComponent(entity);
    const table = tags.find((tag) => tag.name === wanted || tag["x-entity-type-id"] === wanted)?.name;
    const address = `/api/data/${table}${rest}`;
    // A document may have a hundred tables: a pattern for each of their paths would take longer than the request.
    const found = Object.keys(paths).find(
      (candidate) =>
        candidate.startsWith(`/api/data/${table}`) &&
        patternOf(candidate).test(address) &&
        paths[candidate]?.[method.toLowerCase()],
    );
    if (found === undefined) return [`the caller's own document has no ${method} ${address}`];
    const key = `${method} ${found} ${answer.status}`;
    if (!own.schemas.has(key)) own.schemas.set(key, schemaOf(own.document, found, method, answer.status));
    const schema = own.schemas.get(key);
    if (!schema) return [`the caller's own document has no answer ${key}`];
    const issues = schema.safeParse(answer.body).error?.issues ?? [];
    return issues.map(({ path: at, message }) => `own document, ${key}, at ${at.join(".")}: ${message}`);
  };
}

/** `/api/data/leads/order` comes before `/api/data/leads/{id}` in the document, as it does in the router. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

function schemaOf(
  { paths, components }: OwnDocument,
  path: string,
  method: string,
  status: number,
): z.ZodType | undefined {
  const response = paths[path]?.[method.toLowerCase()]?.responses[status];
  const schema = response?.content?.["application/json"]?.schema;
  if (!schema) return undefined;
  const text = JSON.stringify({ ...schema, $defs: reachable(schema, components.schemas) });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('"#/components/schemas/', '"#/$defs/')));
}

/** The named schemas that a schema refers to, directly or through others: a small part of all tables'. */
function reachable(schema: object, all: Readonly<Record<string, object>>): Record<string, object> {
  const found: Record<string, object> = {};
  const open = [schema];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const [, name = ""] of JSON.stringify(next).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      const named = all[name];
      if (named === undefined || name in found) continue;
      found[name] = named;
      open.push(named);
    }
  }
  return found;
}
