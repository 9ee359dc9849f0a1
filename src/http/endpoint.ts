import type * as z from "zod";
import type { PlatformContext, TenantContext } from "../domain/context.ts";
import type { ErrorCode } from "../errors.ts";

export type Locale = "ru" | "en";
type Shape = z.ZodObject;
type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** One of the answers that an operation may give when all is well. */
export interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Checks that the contract walk makes of every endpoint unless it is excused, with a reason that is printed. */
export type ContractCheck = "no_token" | "empty_role" | "other_tenant" | "malformed_body" | "fuzz";

export interface Call<Params, Query, Body> {
  readonly platform: PlatformContext;
  readonly params: Parsed<Params>;
  readonly query: Parsed<Query>;
  readonly body: Parsed<Body>;
  readonly locale: Locale;
  readonly headers: Headers;
  /** The client's network address. */
  readonly address: string;
  /** All operations that are served here, for those that describe the others; the same list each time. */
  endpoints(): Promise<readonly Endpoint[]>;
}

export interface MemberCall<Params, Query, Body> extends Call<Params, Query, Body> {
  readonly ctx: TenantContext;
}

interface Operation<Params, Query, Body> {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** OpenAPI form: `/api/roles/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** `form` is for the OAuth2 password flow alone. */
  readonly bodyType?: "json" | "form";
  /** How many levels a JSON body may have where the usual 16 are too few. */
  readonly bodyDepth?: number;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Beyond those that any operation of its form may give. */
  readonly errors?: readonly ErrorCode[];
  /** For people only: an API key is refused, whatever it holds. Documentation: verbs decide. */
  readonly personal?: true;
  /** Its Server-Timing would tell whether an e-mail address has an account somewhere, so it has none. */
  readonly discreet?: true;
  readonly exempt?: Readonly<Partial<Record<ContractCheck, string>>>;
}

/** An operation of the API as a value: what is mounted, documented and walked by the contract tests. */
export interface Endpoint<
  Params extends Shape | undefined = Shape | undefined,
  Query extends Shape | undefined = Shape | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
> extends Operation<Params, Query, Body> {
  readonly access: "public" | "member";
  /** `roles:manage`, `{entity}:view`; undefined where being a member is enough. Documentation: verbs decide. */
  readonly permission?: string;
  handle(call: MemberCall<Params, Query, Body>): Promise<Reply>;
}

interface PublicOperation<Params, Query, Body> extends Operation<Params, Query, Body> {
  handle(call: Call<Params, Query, Body>): Promise<Reply>;
}

interface MemberOperation<Params, Query, Body> extends Operation<Params, Query, Body> {
  readonly permission?: string;
  handle(call: MemberCall<Params, Query, Body>): Promise<Reply>;
}

/** An operation that needs no token. */
export function publicEndpoint<
  Params extends Shape | undefined = undefined,
  Query extends Shape | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(operation: PublicOperation<Params, Query, Body>): Endpoint {
  return { ...operation, access: "public" } as unknown as Endpoint;
}

/** An operation for members of a tenant, in that tenant's context. */
export function memberEndpoint<
  Params extends Shape | undefined = undefined,
  Query extends Shape | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(operation: MemberOperation<Params, Query, Body>): Endpoint {
  return { ...operation, access: "member" } as unknown as Endpoint;
}
