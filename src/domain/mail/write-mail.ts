import { type MailName, mailTexts } from "./texts.ts";

interface MailFacts {
  readonly locale: "ru" | "en";
  readonly company: string;
  /** Where the mail leads, if it leads anywhere. */
  readonly link?: string;
}

/** What a company's name may look like to be told to somebody who did not ask for it: nothing that becomes a link. */
const TELLABLE = /^(?:[\p{L}\p{N} ,'"«»„“”&()№+–—-]|\.(?![\p{L}\p{N}])){1,60}$/u;

/** Subject, plain text and HTML of a mail. */
export function writeMail(name: MailName, { locale, company, link }: MailFacts) {
  const { of, mails } = mailTexts[locale];
  const ofCompany = TELLABLE.test(company) ? of.replace("{company}", () => company) : "";
  const fill = (text: string) => text.replace("{of}", () => ofCompany);
  const paragraphs = mails[name].paragraphs.map(fill);
  return {
    subject: fill(mails[name].subject),
    text: paragraphs.map((paragraph) => (paragraph === "{link}" ? (link ?? "") : paragraph)).join("\n\n"),
    html: htmlOf(paragraphs, locale, link ?? ""),
  };
}

function htmlOf(paragraphs: readonly string[], locale: string, link: string): string {
  const href = escapeHtml(link);
  const body = paragraphs.map((paragraph) =>
    paragraph === "{link}" ? `<p><a href="${href}">${href}</a></p>` : `<p>${escapeHtml(paragraph)}</p>`,
  );
  return `<!doctype html><html lang="${locale}"><meta charset="utf-8"><body>${body.join("")}</body></html>`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
