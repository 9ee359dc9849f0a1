import { AppError, invalidInput } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { hashToken } from "../../lib/crypto/hash-token.ts";
import { authorizePerson } from "../access/authorize.ts";
import { parsePermissions, type WantedPermission } from "../access/permission-names.ts";
import { requireHeld } from "../access/require-held.ts";
import { callerOf } from "../caller.ts";
import { commit } from "../commit.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { keyText } from "./key-form.ts";
import { type WireApiKey, wireApiKey } from "./wire-api-key.ts";

/** Of one member. */
const MOST_KEYS = 50;

interface NewApiKey {
  readonly name: string;
  readonly permissions: readonly WantedPermission[];
  /** RFC 3339 UTC; null for never. */
  readonly expiresAt: string | null;
}

/**
 * Makes a key for a program, which may do no more than it is made for and its owner may at that moment. `key` is
 * answered here only.
 * @throws AppError `forbidden` (more than one holds; API keys), `invalid_input`, `too_many`.
 */
export async function createApiKey(
  ctx: TenantContext,
  input: NewApiKey,
): Promise<WireApiKey & { key: string }> {
  const made = await decide(ctx, input);
  return { ...made, key: await keyText(ctx.secretKey, ctx, made.id) };
}

const decide = writeVerb("create_api_key", async (ctx, input: NewApiKey): Promise<WireApiKey> => {
  const { apiKeys, entityTypes } = ctx.storage;
  const { access, loaded } = await enter(ctx, entityTypes.names(), apiKeys.list(callerOf(ctx)));
  const [types, keys] = loaded;
  const { memberId } = authorizePerson(ctx, access);
  const { grants, issues } = parsePermissions(input.permissions, types);
  const createdAt = timestamp(ctx.clock);
  if (input.expiresAt !== null && input.expiresAt <= createdAt) {
    issues.push({ path: "expires_at", code: "in_the_past" });
  }
  if (issues.length > 0) throw invalidInput(...issues);
  requireHeld(access, grants);
  if (keys.length >= MOST_KEYS) {
    throw new AppError("too_many", { params: { max: MOST_KEYS, what: "api_keys" } });
  }
  const { name, expiresAt } = input;
  const key = { id: ctx.newId(), memberId, name, grants, createdAt, expiresAt, lastUsedAt: null };
  const keyHash = await hashToken(await keyText(ctx.secretKey, ctx, key.id));
  const result = wireApiKey(key, types);
  return commit(ctx, access, {
    writes: [apiKeys.insert({ ...key, keyHash })],
    audit: { action: "api_key.create", id: key.id, label: name, after: result },
    result,
  });
});
