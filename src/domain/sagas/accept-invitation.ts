import { timestamp } from "../../lib/clock.ts";
import { auditedChange } from "../audit/audit-row.ts";
import type { Saga } from "./saga.ts";

interface AcceptedInvitation {
  readonly shard: string;
  readonly tenantId: string;
  readonly memberId: string;
  readonly tokenHash: string;
  readonly passwordHash: string;
  /** Null leaves the name as it is. */
  readonly fullName: string | null;
  /** Of the audit log, where a saga that is repeated writes it once. */
  readonly entryId: string;
  readonly address: string;
}

/**
 * The shard first: it knows whether the member has been removed meanwhile. Then the account gets its password,
 * from whoever comes first, and the invitation is used up.
 */
export const acceptInvitation: Saga<AcceptedInvitation> = {
  async run(platform, { shard, tenantId, memberId, tokenHash, passwordHash, fullName, entryId, address }) {
    const { storage } = platform.openTenant(shard, tenantId);
    const now = timestamp(platform.clock);
    const note = { action: "member.accept_invitation", id: memberId, label: null } as const;
    const entry = storage.audit.insertByInvited({
      ...auditedChange(entryId, note),
      address,
      requestId: null,
    });
    const [member] = await storage.commit(
      [entry, ...storage.members.activate(memberId, fullName, now)],
      [storage.members.find(memberId)],
    );
    if (!member) return [];
    const { accounts } = platform.directory;
    return [accounts.setFirstPassword(memberId, passwordHash), accounts.deleteInvitation(tokenHash)];
  },
};
