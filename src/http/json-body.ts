import { AppError, type Issue, invalidInput } from "../errors.ts";

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 16;
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Reads a request's JSON body, refusing what no schema should have to think about: too large, too deep,
 * keys that play with prototypes, text that the database would not give back as it was.
 * @throws AppError `unsupported_media_type`, `body_too_large`, `malformed_json`, `invalid_input`.
 */
export async function readJsonBody(request: Request, maxDepth = MAX_DEPTH): Promise<unknown> {
  const mediaType = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") throw new AppError("unsupported_media_type");
  const text = await readText(request);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new AppError("malformed_json");
  }
  const issue = findUnsafe(body, "", maxDepth);
  if (issue) throw invalidInput(issue);
  return body;
}

/** The body as text, read no further than the limit. @throws AppError `body_too_large`, `malformed_json`. */
export async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BYTES) throw new AppError("body_too_large");
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new AppError("body_too_large");
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(
      await new Blob(chunks).arrayBuffer(),
    );
  } catch {
    throw new AppError("malformed_json");
  }
}

/** The first thing in a client's input that no schema should have to think about. */
export function findUnsafe(value: unknown, path = "", maxDepth = MAX_DEPTH, depth = 1): Issue | undefined {
  if (typeof value === "string") {
    const storable = value.isWellFormed() && !value.includes("\0");
    return storable ? undefined : { path, code: "not_storable_text" };
  }
  if (typeof value === "number") return Number.isFinite(value) ? undefined : { path, code: "not_finite" };
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > maxDepth) return { path: path.slice(0, 200), code: "too_deep", params: { max: maxDepth } };
  const isArray = Array.isArray(value);
  for (const [key, child] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) return { path: join(path, key), code: "forbidden_key" };
    if (!key.isWellFormed() || key.includes("\0")) return { path, code: "not_storable_text" };
    const issue = findUnsafe(child, isArray ? `${path}[${key}]` : join(path, key), maxDepth, depth + 1);
    if (issue) return issue;
  }
  return undefined;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
