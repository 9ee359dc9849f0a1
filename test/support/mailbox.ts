import { vi } from "vitest";

export interface ReadMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The token of the link in it. */
  readonly token: string | undefined;
}

/** Lets the sandbox print what it would send: what makeWorld's `vars` need. */
export const PRINTING = { MAIL_SANDBOX: "print", PUBLIC_URL: "https://crm.test/admin" } as const;

const PRINTED = /^\nMail \(sandbox: not sent\)\nTo: (.*)\nSubject: (.*)\n\n([\s\S]*)\n$/;

/** The mails that the sandbox prints from now on until the test is over. */
export function openMailbox(): readonly ReadMail[] {
  const mails: ReadMail[] = [];
  const real = console.error;
  vi.spyOn(console, "error").mockImplementation((...printed: unknown[]) => {
    const [, to, subject, text] = PRINTED.exec(String(printed[0])) ?? [];
    if (to === undefined || subject === undefined || text === undefined) real(...printed);
    else mails.push({ to, subject, text, token: /[?&]token=([\w-]+)/.exec(text)?.[1] });
  });
  return mails;
}
