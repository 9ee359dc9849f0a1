import { timestamp } from "../../lib/clock.ts";
import { addressOrder } from "../mail/address-order.ts";
import type { MailOrder } from "../mail/mail-order.ts";
import { throttle } from "../sessions/throttle.ts";
import type { Saga } from "./saga.ts";

/**
 * The outbox of mails: an order is committed in the batch of what it is about, sent in the background, and by the
 * sweep if that was lost. The provider drops what it has got already.
 */
export const sendMail: Saga<MailOrder> = {
  async run(platform, order) {
    if (order.until <= timestamp(platform.clock)) {
      console.warn(JSON.stringify({ level: "warn", event: "mail_given_up", mail: order.mail }));
      return [];
    }
    const mail = await addressOrder(platform, order);
    if (!mail) return [];
    // Nobody's mailbox is filled through us, nor does one company mail the world: what is too much waits.
    const limit = await throttle(platform, "mail", mail.to, order.tenantId);
    limit.check(...(await platform.directory.read(limit.reads)));
    const outcome = await platform.mailer.send({ id: order.id, ...mail });
    // Kept for the sweep, with the reason.
    if (outcome.kind === "failed") throw new Error(`mail provider: ${outcome.detail}`);
    if (outcome.kind === "refused") {
      const { detail } = outcome;
      console.warn(JSON.stringify({ level: "warn", event: "mail_refused", mail: order.mail, detail }));
    }
    return [];
  },
};
