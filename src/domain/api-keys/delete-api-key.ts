import { notFound } from "../../errors.ts";
import { authorizePerson } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { wireApiKey } from "./wire-api-key.ts";

/**
 * Takes one of one's own keys back; it is refused from the next request on.
 * @throws AppError `forbidden` for API keys, `not_found`.
 */
export const deleteApiKey = writeVerb(
  "delete_api_key",
  async (ctx, { id }: { readonly id: string }): Promise<null> => {
    const { apiKeys, entityTypes } = ctx.storage;
    const { access, loaded } = await enter(ctx, apiKeys.find(id), entityTypes.names());
    const [key, types] = loaded;
    const { memberId } = authorizePerson(ctx, access);
    if (key?.memberId !== memberId) throw notFound("api_key");
    return commit(ctx, access, {
      writes: [apiKeys.delete(id)],
      audit: { action: "api_key.delete", id, label: key.name, before: wireApiKey(key, types) },
      result: null,
    });
  },
);
