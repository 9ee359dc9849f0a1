import { AppError } from "../errors.ts";
import { openSignedCursor, signCursor } from "../lib/crypto/cursor.ts";
import { hashToken } from "../lib/crypto/hash-token.ts";
import type { Json } from "./attribute-kinds/kind.ts";
import type { TenantContext } from "./context.ts";

type CursorContext = Pick<TenantContext, "tenantId" | "secretKey">;

/**
 * A list's `next_cursor`: where the page ended (`payload`), signed for this tenant and this very query.
 * `binding` is whatever decides which rows come in which order, such as
 * `["users"]` or `["records", typeId, filters, sort, q]`; the page size need not be part of it.
 * Clients can read the payload, so it holds only what they were shown.
 */
export async function sealCursor(ctx: CursorContext, binding: Json, payload: Json): Promise<string> {
  return signCursor(ctx.secretKey, await boundTo(ctx, binding), JSON.stringify(payload));
}

/**
 * The payload that `sealCursor` was given for the same tenant and binding; it needs no further checks.
 * @throws AppError `invalid_cursor` for any other text.
 */
export async function openCursor(ctx: CursorContext, binding: Json, text: string): Promise<Json> {
  const payload = await openSignedCursor(ctx.secretKey, await boundTo(ctx, binding), text);
  if (payload === undefined) throw new AppError("invalid_cursor");
  return JSON.parse(payload) as Json;
}

async function boundTo({ tenantId }: CursorContext, binding: Json): Promise<string> {
  return `${tenantId} ${await hashToken(JSON.stringify(binding))}`;
}
