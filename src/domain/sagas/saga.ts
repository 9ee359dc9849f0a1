import type { Write } from "../../storage/database.ts";
import type { PlatformContext } from "../context.ts";
import type { MailOrder } from "../mail/mail-order.ts";

/** The directory's last writes, which end the saga with its row; and a mail to be sent once they are committed. */
export type SagaEnd = readonly Write[] | { readonly writes: readonly Write[]; readonly mail: MailOrder };

/**
 * Work that spans the directory and a shard, which no single batch can cover, or an outside service.
 *
 * It begins as a row in the directory, written before anything else happens; then one database decides
 * (the shard wherever something is revoked) and the other follows. `run` must be safe to repeat from any
 * point, because a crash may leave the work anywhere and the sweep begins it again from the top.
 */
export interface Saga<Payload> {
  /** Brings both sides into step. */
  run(platform: PlatformContext, payload: Payload): Promise<SagaEnd>;
}
