import * as z from "zod";

const shardBinding = /^TENANTS_(\d{2,})$/;

const configSchema = z.object({
  SECRET_KEY: z.string().min(32, "SECRET_KEY must have at least 32 characters"),
  ACCESS_TOKEN_EXPIRE_MINUTES: z.coerce.number().int().min(1).max(1440).default(30),
  REGISTRATION_TOKEN: z.string().optional(),
  CORS_ORIGINS: z.string().default(""),
  LOGIN_TRIES_PER_ACCOUNT: z.coerce.number().int().min(1).default(10),
  LOGIN_TRIES_PER_ADDRESS: z.coerce.number().int().min(1).default(120),
  RECORDS_AT_ONCE: z.coerce.number().int().min(0).default(10_000),
  RECORDS_PER_STEP: z.coerce.number().int().min(1).default(500),
  SECONDS_PER_RUN: z.coerce.number().min(0).default(20),
  WAPPI_BASE_URL: z.url().default("https://wappi.pro"),
  API_KEY_WAPPI: z.string().optional(),
  PROFILE_ID_WAPPI: z.string().optional(),
  PUBLIC_URL: z.url().optional(),
  MAIL_API_KEY: z.string().optional(),
  MAIL_BASE_URL: z.url().default("https://api.resend.com"),
  MAIL_FROM: z.string().optional(),
  MAIL_SANDBOX: z.enum(["print", "silent"]).default("silent"),
});

/** The Worker's settings, checked once for each isolate. */
export interface Config {
  readonly secretKey: string;
  readonly accessTokenMinutes: number;
  readonly registrationToken: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly triesPerAccount: number;
  readonly triesPerAddress: number;
  /** How background work goes through many records; see WorkSettings. */
  readonly work: {
    readonly recordsAtOnce: number;
    readonly recordsPerStep: number;
    readonly secondsPerRun: number;
  };
  readonly wappi: {
    readonly baseUrl: string;
    readonly apiKey: string | undefined;
    readonly profileId: string | undefined;
  };
  /** Without an account at a provider, mails are not sent: `prints` shows them on a developer's machine. */
  readonly mail:
    | { readonly apiKey: string; readonly baseUrl: string; readonly from: string }
    | { readonly prints: boolean };
  /** Where the pages are that mails lead to. */
  readonly publicUrl: string;
  /** Bindings of the shards by suffix: `01` → TENANTS_01. */
  readonly shards: ReadonlyMap<string, D1Database>;
}

const parsed = new WeakMap<object, Config>();

/** @throws Error that names every setting that is missing or wrong; values are never part of it. */
export function parseConfig(env: Env): Config {
  const known = parsed.get(env);
  if (known) return known;
  const vars = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = configSchema.safeParse(vars);
  if (!result.success) {
    const wrong = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(`Configuration: ${wrong.join("; ")}`);
  }
  const { data } = result;
  const config: Config = {
    secretKey: data.SECRET_KEY,
    accessTokenMinutes: data.ACCESS_TOKEN_EXPIRE_MINUTES,
    registrationToken: data.REGISTRATION_TOKEN,
    corsOrigins: data.CORS_ORIGINS.split(",").flatMap((origin) => origin.trim() || []),
    triesPerAccount: data.LOGIN_TRIES_PER_ACCOUNT,
    triesPerAddress: data.LOGIN_TRIES_PER_ADDRESS,
    work: {
      recordsAtOnce: data.RECORDS_AT_ONCE,
      recordsPerStep: data.RECORDS_PER_STEP,
      secondsPerRun: data.SECONDS_PER_RUN,
    },
    wappi: { baseUrl: data.WAPPI_BASE_URL, apiKey: data.API_KEY_WAPPI, profileId: data.PROFILE_ID_WAPPI },
    mail: mailSettings(data),
    publicUrl: data.PUBLIC_URL ?? "http://localhost:8787/admin",
    shards: findShards(env),
  };
  parsed.set(env, config);
  return config;
}

/** @throws Error when there is a key but not what the mails need besides: a link to localhost helps nobody. */
function mailSettings(data: z.infer<typeof configSchema>): Config["mail"] {
  const { MAIL_API_KEY: apiKey, MAIL_FROM: from, MAIL_BASE_URL: baseUrl, PUBLIC_URL: publicUrl } = data;
  if (apiKey === undefined) return { prints: data.MAIL_SANDBOX === "print" };
  if (from === undefined || publicUrl === undefined) {
    throw new Error("Configuration: MAIL_API_KEY needs MAIL_FROM and PUBLIC_URL");
  }
  return { apiKey, baseUrl, from };
}

function findShards(env: Env): Map<string, D1Database> {
  const shards = new Map<string, D1Database>();
  for (const [name, binding] of Object.entries(env)) {
    const suffix = shardBinding.exec(name)?.[1];
    if (suffix) shards.set(suffix, binding as D1Database);
  }
  return shards;
}
