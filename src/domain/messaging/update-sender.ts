import { invalidInput, notFound } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { foldText } from "../../lib/fold-text.ts";
import type { SenderRow } from "../../storage/senders.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { type RawCredentials, senderIssues } from "./create-sender.ts";
import { sealCredentials } from "./open-sender.ts";
import { type ManagedSender, managedSender, senderFacts } from "./wire-sender.ts";

/** What is to change; what is undefined stays. */
export interface SenderChange {
  readonly id: string;
  readonly name?: string;
  readonly credentials?: RawCredentials | null;
  readonly ratePerMinute?: number;
  /** `ok` resumes a sender that was paused or blocked. */
  readonly status?: "ok" | "paused";
}

/** How many of the waiting deliveries are begun at once; the sweep begins the others. */
const NUDGED = 100;

/**
 * Changes a sender. Resumed, it makes all deliveries due that waited for it; at another pace, those that the
 * old one had put off.
 * @throws AppError `forbidden`, `not_found`, `invalid_input`, `name_taken`.
 */
export const updateSender = writeVerb(
  "update_sender",
  async (ctx, { id, ...change }: SenderChange): Promise<ManagedSender> => {
    const { storage, clock } = ctx;
    const { access, loaded } = await enter(ctx, storage.senders.find(id));
    const [existing] = loaded;
    authorize(access, "senders", "manage");
    if (!existing) throw notFound("sender");
    const { credentials } = change;
    const issues = credentials === undefined ? [] : senderIssues(ctx, existing.provider, credentials);
    if (issues.length > 0) throw invalidInput(...issues);

    const now = timestamp(clock);
    const name = change.name ?? existing.name;
    const sender: SenderRow = {
      ...existing,
      name,
      nameFolded: foldText(name),
      credentials:
        credentials === undefined
          ? existing.credentials
          : credentials && (await sealCredentials(ctx, id, credentials)),
      ratePerMinute: change.ratePerMinute ?? existing.ratePerMinute,
      ...(change.status && { status: change.status, statusReason: null, statusDetail: null }),
      updatedAt: now,
    };
    const isResumed = existing.status !== "ok" && sender.status === "ok";
    const isRepaced = sender.ratePerMinute !== existing.ratePerMinute;
    const result = await commit(ctx, access, {
      writes: [
        storage.senders.stillThere(id),
        storage.senders.update(sender),
        ...(isResumed || isRepaced
          ? [
              storage.deliveries.makeDue(id, isResumed ? "all" : "put_off", now),
              storage.senders.resetPace(id, now),
            ]
          : []),
      ],
      audit: {
        action: "sender.update",
        id,
        label: sender.name,
        before: senderFacts(existing),
        after: { ...senderFacts(sender), ...(credentials && { credentials: "replaced" }) },
      },
      result: managedSender(sender, access.tenant.locale),
      taken: { senders: "name_taken" },
    });
    if (isResumed) {
      const [due] = await storage.read([storage.deliveries.due(id, timestamp(clock), NUDGED)]);
      ctx.gateways.nudge(due);
    }
    return result;
  },
);
