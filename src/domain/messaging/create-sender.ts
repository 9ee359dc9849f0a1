import { AppError, type Issue, invalidInput } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { foldText } from "../../lib/fold-text.ts";
import type { SenderRow } from "../../storage/senders.ts";
import { authorize } from "../access/authorize.ts";
import { commit } from "../commit.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { writeVerb } from "../write-verb.ts";
import { credentialIssues, type ProviderName } from "./credentials.ts";
import { sealCredentials } from "./open-sender.ts";
import { type ManagedSender, managedSender, senderFacts } from "./wire-sender.ts";

export type RawCredentials = Readonly<Record<string, unknown>>;

export interface NewSender {
  readonly name: string;
  readonly provider: ProviderName;
  /** Null: the Worker's own. */
  readonly credentials: RawCredentials | null;
  readonly ratePerMinute: number;
}

const MAX_SENDERS = 100;

/** @throws AppError `forbidden`, `invalid_input`, `name_taken`, `too_many`. */
export const createSender = writeVerb(
  "create_sender",
  async (ctx, input: NewSender): Promise<ManagedSender> => {
    const { storage } = ctx;
    const { access, loaded } = await enter(ctx, storage.senders.list());
    const [existing] = loaded;
    authorize(access, "senders", "manage");
    const issues = senderIssues(ctx, input.provider, input.credentials);
    if (issues.length > 0) throw invalidInput(...issues);
    if (existing.length >= MAX_SENDERS)
      throw new AppError("too_many", { params: { max: MAX_SENDERS, what: "senders" } });

    const now = timestamp(ctx.clock);
    const id = ctx.newId();
    const sender: SenderRow = {
      id,
      name: input.name,
      nameFolded: foldText(input.name),
      provider: input.provider,
      credentials: input.credentials && (await sealCredentials(ctx, id, input.credentials)),
      ratePerMinute: input.ratePerMinute,
      status: "ok",
      statusReason: null,
      statusDetail: null,
      createdAt: now,
      updatedAt: now,
    };
    return commit(ctx, access, {
      writes: [storage.senders.insert(sender)],
      audit: { action: "sender.create", id, label: sender.name, after: senderFacts(sender) },
      result: managedSender(sender, access.tenant.locale),
      taken: { senders: "name_taken" },
    });
  },
);

/** What is wrong with a sender's credentials; having none takes a Worker that has some. */
export function senderIssues(
  ctx: TenantContext,
  provider: ProviderName,
  credentials: RawCredentials | null,
): Issue[] {
  if (credentials !== null) return credentialIssues(provider, credentials);
  const canSend = ctx.gateways.openSender({ provider, credentials: null }) !== undefined;
  return canSend ? [] : [{ path: "credentials", code: "required" }];
}
