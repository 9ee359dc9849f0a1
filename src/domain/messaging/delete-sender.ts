import { AppError, notFound } from "../../errors.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { senderFacts } from "./wire-sender.ts";

/** Refused while deliveries wait for the sender. @throws AppError `forbidden`, `not_found`, `in_use`. */
export const deleteSender = writeVerb(
  "delete_sender",
  async (ctx, { id }: { readonly id: string }): Promise<null> => {
    const { senders } = ctx.storage;
    const { access, loaded } = await enter(ctx, senders.find(id), senders.inUse(id));
    const [sender, inUse] = loaded;
    authorize(access, "senders", "manage");
    if (!sender) throw notFound("sender");
    if (inUse) throw new AppError("in_use", { params: { what: "delivery" } });
    return commit(ctx, access, {
      writes: [senders.stillUnused(id), senders.delete(id)],
      audit: { action: "sender.delete", id, label: sender.name, before: senderFacts(sender) },
      result: null,
    });
  },
);
