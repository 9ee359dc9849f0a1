import { describeTables } from "../../domain/entity-types/describe-tables.ts";
import { hashToken } from "../../lib/crypto/hash-token.ts";
import { type Endpoint, memberEndpoint } from "../endpoint.ts";
import { openApiDocument } from "../openapi.ts";
import { type Document, ownDocument } from "../own-document.ts";
import * as z from "../zod.ts";

const object = z.record(z.string(), z.unknown().openapi({ description: "As OpenAPI has it." }));

const headers = { ETag: "For If-None-Match." };

interface General {
  readonly document: Document;
  readonly hash: string;
}

/** The general document is that of the code: it is made once. */
const made = new WeakMap<readonly Endpoint[], General>();

async function generalOf(endpoints: readonly Endpoint[]): Promise<General> {
  const known = made.get(endpoints);
  if (known) return known;
  const text = JSON.stringify(openApiDocument(endpoints));
  const general = { document: JSON.parse(text) as Document, hash: await hashToken(text) };
  made.set(endpoints, general);
  return general;
}

const get = memberEndpoint({
  method: "get",
  path: "/api/openapi.json",
  operationId: "ownOpenapi",
  tag: "Service",
  summary: "The caller's own OpenAPI document",
  description:
    "The operations that the caller may use: for each of their tables with the exact fields of its records, and for " +
    "everything else as in `/openapi.json`. Changes with the tables and the caller's rights; `If-None-Match` asks " +
    "whether it has.",
  answers: {
    200: {
      description: "An OpenAPI 3.1 document.",
      headers,
      schema: z
        .strictObject({
          openapi: z.string(),
          info: object,
          servers: z.array(object),
          tags: z.array(object),
          components: object,
          paths: object,
          webhooks: object,
        })
        .openapi("OpenapiDocument"),
    },
    304: { description: "It is what the caller has.", headers },
  },
  async handle({ ctx, endpoints: all, headers: given }) {
    const own = await describeTables(ctx);
    const endpoints = await all();
    const general = await generalOf(endpoints);
    const etag = `"${(await hashToken(`${general.hash} ${own.fingerprint}`)).slice(0, 32)}"`;
    const reply = { etag, "cache-control": "private, no-cache", vary: "authorization" };
    if (isAmong(etag, given.get("if-none-match"))) return { status: 304, headers: reply };
    const body = ownDocument(general.document, endpoints, own);
    return { status: 200, body, headers: reply };
  },
});

/** Weak comparison, as If-None-Match wants it. */
function isAmong(etag: string, given: string | null): boolean {
  const tags = (given ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

export const ownOpenapiEndpoints = [get];
