import type { AppError, Issue, ProblemParams } from "../../errors.ts";
import { capCodePoints, countCodePoints } from "../../lib/unicode.ts";
import { type Catalogue, type IssueCode, type Locale, texts } from "./texts.ts";

export interface ProblemText {
  readonly title: string;
  readonly detail: string;
  /** Absent where the problem is not about single places of the input. */
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly detail: string }[];
}

/** A problem repeats no more of what it was sent than this many code points in one piece. */
const LONGEST_ECHO = 64;
/** Ours rather than the sender's: lists of what is allowed. */
const LONGEST_LIST = 1_000;
/** How many issues the detail of the whole problem tells, for clients that show nothing else. */
const TOLD = 3;
const MOST_ISSUES = 100;
const LONGEST_PATH = 200;

/** What an error says to a person, in their language. */
export function describeProblem(error: AppError, locale: Locale): ProblemText {
  const catalogue = texts[locale];
  const [title, detail] = catalogue.errors[error.code];
  const retry: ProblemParams = error.retryAfter === undefined ? {} : { retry_after: error.retryAfter };
  if (error.issues.length === 0)
    return { title, detail: fill(detail, { ...retry, ...error.params }, catalogue) };
  const errors = error.issues.slice(0, MOST_ISSUES).map((issue) => describeIssue(issue, catalogue));
  const told = errors.slice(0, TOLD).map((issue) => issue.detail);
  return { title, detail: errors.length > TOLD ? `${told.join("; ")}; …` : told.join("; "), errors };
}

/**
 * The language that `Accept-Language` prefers among those we speak; English if it asks for neither.
 * Source: RFC 9110, 12.5.4. A tag stands for its language, so `ru-RU` and `ru-KZ` are Russian.
 */
export function pickLocale(acceptLanguage: string | null | undefined): Locale {
  let best: Locale = "en";
  let bestWeight = 0;
  for (const range of (acceptLanguage ?? "").slice(0, 1_000).split(",")) {
    const [tag = "", ...params] = range.split(";").map((part) => part.trim().toLowerCase());
    const language = tag.split("-")[0];
    const locale = language === "*" ? "en" : language;
    if (locale !== "ru" && locale !== "en") continue;
    const weight = weightOf(params);
    if (weight > bestWeight) {
      best = locale;
      bestWeight = weight;
    }
  }
  return best;
}

/** Issues as the wire shows them, for answers that carry some beside what went well. */
export function describeIssues(issues: readonly Issue[], locale: Locale) {
  return issues.map((issue) => describeIssue(issue, texts[locale]));
}

function describeIssue({ path, code, params = {} }: Issue, catalogue: Catalogue) {
  const place = shorten(
    path
      .split(".")
      .map((step) => shorten(step, LONGEST_ECHO))
      .join("."),
    LONGEST_PATH,
  );
  // A code without a text is a defect that a test catches; its words still say more than nothing.
  const template = Object.hasOwn(catalogue.issues, code)
    ? catalogue.issues[code as IssueCode]
    : code.replaceAll("_", " ");
  const text = fill(template, params, catalogue);
  return { path: place, code, detail: place === "" ? text : `${place}: ${text}` };
}

/** Fills in the params and leaves out the bracketed parts for which there are none. */
function fill(template: string, params: ProblemParams, { words }: Catalogue): string {
  const insert = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = Object.hasOwn(params, name) ? params[name] : undefined;
      if (typeof value !== "string") return String(value ?? "?");
      const known = words[name];
      if (known && Object.hasOwn(known, value)) return known[value] ?? value;
      return shorten(value, name === "allowed" ? LONGEST_LIST : LONGEST_ECHO);
    });
  const isComplete = (part: string): boolean =>
    [...part.matchAll(/\{(\w+)\}/g)].every(([, name = ""]) => Object.hasOwn(params, name));
  // The values go in last, so that brackets and braces in them stay what they are.
  return insert(template.replace(/\[([^\]]*)\]/g, (_, part: string) => (isComplete(part) ? part : "")));
}

function shorten(text: string, limit: number): string {
  const short = countCodePoints(text) > limit ? `${capCodePoints(text, limit - 1)}…` : text;
  return short.toWellFormed();
}

function weightOf(params: readonly string[]): number {
  const given = params.find((param) => param.startsWith("q="))?.slice(2);
  if (given === undefined) return 1;
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(given) ? Number(given) : 0;
}
