import type { Answer } from "../support/world.ts";
import { FORM, type Prepared, pathOf, type Scene, send, sendRaw, slotsOf } from "./scene.ts";

interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}

/** What a malformed request must be answered; `path` is where the first error must be. */
interface Expected {
  readonly status: number;
  readonly code?: string;
  readonly path?: string;
}

const JSON_TYPE = "application/json";
const MIB = 1024 * 1024;
const TEN_MEGABYTES = `{"name":"${"x".repeat(10 * MIB)}"}`;

function differs(what: string, answer: Answer, expected: Expected): string[] {
  const { code, errors = [] } = (answer.body ?? {}) as unknown as Problem;
  const right =
    answer.status === expected.status &&
    (expected.code === undefined || code === expected.code) &&
    (expected.path === undefined || errors.some(({ path }) => isWithin(path, expected.path ?? "")));
  if (right) return [];
  const wanted = [expected.status, expected.code, expected.path && `at ${expected.path}`]
    .filter(Boolean)
    .join(" ");
  return [`${what}: ${answer.status} ${answer.text.slice(0, 300)} instead of ${wanted}`];
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}.`) || path.startsWith(`${root}[`);
}

/** Query parameters and headers that nobody declared, or that are given twice. */
export async function refuseMalformedTargets({ mine }: Scene, request: Prepared): Promise<string[]> {
  const wrong: string[] = [];
  const join = (query: string) => [request.query, query].filter(Boolean).join("&");
  const ask = (query: string) => send(mine.owner, { ...request, query: join(query) });
  wrong.push(
    ...differs("an unknown query parameter", await ask("no_such_parameter=1"), {
      status: 400,
      code: "invalid_input",
      path: "no_such_parameter",
    }),
  );
  const [parameter] = Object.keys(request.endpoint.query?.shape ?? {});
  if (parameter) {
    const twice = await ask(`${parameter}=1&${parameter}=1`);
    wrong.push(...differs("a query parameter given twice", twice, { status: 400, path: parameter }));
  }
  for (const { name } of slotsOf(request.endpoint.path)) {
    for (const id of ODD_IDS) {
      const odd = await send(mine.owner, { ...request, params: { ...request.params, [name]: id } });
      if (odd.status !== 400 && odd.status !== 404 && odd.status !== 405) {
        wrong.push(
          `${pathOf(request)} with ${name} ${id.slice(0, 30)}: ${odd.status} ${odd.text.slice(0, 300)}`,
        );
      }
    }
  }
  return wrong;
}

/** What stands in a path where an id should be, as it is sent. */
const ODD_IDS = [
  "-1",
  "0",
  "null",
  "%00",
  "%ED%A0%80",
  "%zz",
  "%F0%9F%98%80",
  "%27%20OR%201=1--",
  "%2e%2e%2f",
  "__proto__",
  "x".repeat(3000),
];

/** Bodies that no schema accepts, whatever the operation is. */
export async function refuseMalformedBodies(scene: Scene, request: Prepared): Promise<string[]> {
  return request.endpoint.bodyType === "form" ? refuseForms(scene, request) : refuseJson(scene, request);
}

async function refuseForms({ mine }: Scene, request: Prepared): Promise<string[]> {
  const form = new URLSearchParams(request.body as Record<string, string>).toString();
  const [field = ""] = Object.keys(request.body as object);
  const cases: [string, string | Uint8Array, string | undefined, Expected][] = [
    ["JSON", "{}", "application/json", { status: 415, code: "unsupported_media_type" }],
    [
      "no content type",
      new TextEncoder().encode(form),
      undefined,
      { status: 415, code: "unsupported_media_type" },
    ],
    ["10 MB", TEN_MEGABYTES, FORM, { status: 413, code: "body_too_large" }],
    ["nothing", "", FORM, { status: 400, code: "invalid_input" }],
    ["an unknown field", `${form}&nonsense=1`, FORM, { status: 400, path: "nonsense" }],
    ["NUL", `${form.replace("=", "=%00")}`, FORM, { status: 400, path: field }],
    ["__proto__", `${form}&__proto__=1`, FORM, { status: 400, path: "__proto__" }],
    ["a field given twice", `${form}&${field}=twice`, FORM, { status: 400, path: field }],
    ["broken UTF-8", new Uint8Array([0x61, 0x3d, 0xff]), FORM, { status: 400 }],
  ];
  const wrong: string[] = [];
  for (const [what, raw, contentType, expected] of cases) {
    wrong.push(...differs(what, await sendRaw(mine.owner, request, raw, contentType), expected));
  }
  return wrong;
}

async function refuseJson({ mine }: Scene, request: Prepared): Promise<string[]> {
  const body = request.body as Record<string, unknown>;
  const json = JSON.stringify(body);
  const [field = ""] = Object.keys(body);
  const within = (value: string) => `{${JSON.stringify(field)}:${value}}`;
  const deep = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  const malformed = { status: 400, code: "malformed_json" };
  const cases: [string, string | Uint8Array, string | undefined, Expected][] = [
    ["text", json, "text/plain", { status: 415, code: "unsupported_media_type" }],
    ["a form", json, FORM, { status: 415, code: "unsupported_media_type" }],
    ["no content type", new TextEncoder().encode(json), undefined, { status: 415 }],
    ["10 MB", TEN_MEGABYTES, JSON_TYPE, { status: 413, code: "body_too_large" }],
    ["nothing", "", JSON_TYPE, malformed],
    ["half of it", json.slice(0, -1), JSON_TYPE, malformed],
    ["two bodies", `${json}${json}`, JSON_TYPE, malformed],
    ["a comment", `${json} // so`, JSON_TYPE, malformed],
    ["a number that is none", within("NaN"), JSON_TYPE, malformed],
    ["broken UTF-8", new Uint8Array([0x22, 0xff, 0x22]), JSON_TYPE, malformed],
    ["200 levels", deep(200), JSON_TYPE, { status: 400, code: "invalid_input" }],
    ["200 levels in a field", within(deep(200)), JSON_TYPE, { status: 400, path: field }],
    ["100,000 levels", within(deep(100_000)), JSON_TYPE, { status: 400 }],
    ["__proto__", `{"__proto__":{"admin":true}}`, JSON_TYPE, { status: 400, path: "__proto__" }],
    ["__proto__ inside", within(`{"__proto__":1}`), JSON_TYPE, { status: 400, path: field }],
    ["constructor", `{"constructor":1}`, JSON_TYPE, { status: 400, path: "constructor" }],
    ["prototype", `{"prototype":1}`, JSON_TYPE, { status: 400, path: "prototype" }],
    ["NUL", within(`"a\\u0000b"`), JSON_TYPE, { status: 400, path: field }],
    ["NUL in a key", `{"a\\u0000b":1}`, JSON_TYPE, { status: 400 }],
    ["a lone surrogate", within(`"\\ud800"`), JSON_TYPE, { status: 400, path: field }],
    ["a lone surrogate in a key", `{"\\udc00":1}`, JSON_TYPE, { status: 400 }],
    ["1e400", within("1e400"), JSON_TYPE, { status: 400, path: field }],
    ["-1e400 in a list", within("[-1e400]"), JSON_TYPE, { status: 400, path: field }],
    [
      "an unknown field",
      JSON.stringify({ ...body, no_such_field: 1 }),
      JSON_TYPE,
      { status: 400, code: "invalid_input", path: "no_such_field" },
    ],
    ...["null", "[]", '""', "1", "true"].map((raw): [string, string, string, Expected] => [
      raw,
      raw,
      JSON_TYPE,
      { status: 400, code: "invalid_input" },
    ]),
  ];
  const wrong: string[] = [];
  for (const [what, raw, contentType, expected] of cases) {
    wrong.push(...differs(what, await sendRaw(mine.owner, request, raw, contentType), expected));
  }
  for (const [property, value] of oddProperties(request)) {
    const changed = { ...body, [property]: value };
    if (request.endpoint.body?.safeParse(changed).success) continue;
    const answer = await send(mine.owner, { ...request, body: changed });
    const what = `${property}: ${JSON.stringify(value)?.slice(0, 40)}`;
    wrong.push(...differs(what, answer, { status: 400, code: "invalid_input", path: property }));
  }
  return wrong;
}

/** Values that the static schema lets through: whatever comes of them, it is no 5xx, and it is declared. */
export async function surviveOddValues({ mine }: Scene, request: Prepared): Promise<string[]> {
  const wrong: string[] = [];
  for (const [property, value] of oddProperties(request)) {
    const body = { ...(request.body as object), [property]: value };
    if (!request.endpoint.body?.safeParse(body).success) continue;
    const answer = await send(mine.owner, { ...request, body });
    const { code, errors = [] } = (answer.body ?? {}) as unknown as Problem;
    if (answer.status >= 500 || (code === "invalid_input" && !errors.some(({ path }) => path !== ""))) {
      wrong.push(
        `${property}: ${JSON.stringify(value).slice(0, 40)}: ${answer.status} ${answer.text.slice(0, 300)}`,
      );
    }
  }
  return wrong;
}

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  "",
  "x".repeat(20_000),
  "\u202e\u200b",
  "2026-02-30",
  [null],
  { a: { b: [] } },
];

/** Every property that the body has or may have, with values of every other type. */
function* oddProperties({ endpoint, body }: Prepared): Generator<[string, unknown]> {
  const shape = (endpoint.body as { shape?: object } | undefined)?.shape ?? {};
  const properties = new Set([...Object.keys(shape), ...Object.keys(body as object)]);
  for (const property of properties) for (const value of ODD_VALUES) yield [property, value];
}
