import type { Mailer } from "./mailer.ts";

/** Said once by each isolate. */
let said = false;

/**
 * Needs no account and sends nothing. On a developer's machine it prints what it would have sent, links included;
 * anywhere else those are secrets, so it notes no more than that nobody got a mail.
 */
export function createSandboxMailer({ prints }: { readonly prints: boolean }): Mailer {
  return {
    async send({ to, subject, text }) {
      // As an error, because that is all that `npm start` shows of the Worker's log.
      if (prints) console.error(`\nMail (sandbox: not sent)\nTo: ${to}\nSubject: ${subject}\n\n${text}\n`);
      else if (!said) {
        said = true;
        console.warn(JSON.stringify({ level: "warn", event: "mail_not_sent", why: "no_mail_provider" }));
      }
      return { kind: "accepted" };
    },
  };
}
