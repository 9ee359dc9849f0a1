/**
 * What the contract walk cannot read off an endpoint: how to make the things that paths and bodies name.
 * A new path slot needs a line in `slots`; most operations need nothing, because their example is sent.
 */
import { secondsFromNow, timestamp } from "../../src/lib/clock.ts";
import { hashToken } from "../../src/lib/crypto/hash-token.ts";
import { hashPassword } from "../../src/lib/crypto/password.ts";
import { beginSession } from "../support/people.ts";
import type { MemberClient, TestTenant, World } from "../support/world.ts";

/** The company that a request is made for or against. */
export interface Party {
  readonly world: World;
  readonly tenant: TestTenant;
  readonly owner: MemberClient;
}

type Params = Readonly<Record<string, string>>;

interface Slot {
  /** Makes one for the party and returns what stands in the path; `outer` are the slots to its left. */
  create(party: Party, outer: Params): Promise<string>;
  /** What no tenant has; by default a new UUID. */
  readonly missing?: string;
}

interface OperationFixture {
  /** Instead of the example: a body of the party's own, with what must be unique or already exist. */
  body?(party: Party, params: Params): Promise<unknown>;
  /** True when `body` holds ids of the party's: the walk then sends those of another tenant, too. */
  readonly bodyHasIds?: boolean;
  query?(party: Party, params: Params): Promise<string>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Brings about the state that the operation needs to succeed. */
  prepare?(party: Party, params: Params): Promise<unknown>;
  /** For a list with cursors: makes sure that there are two or more. */
  fill?(party: Party, params: Params): Promise<unknown>;
  /** Makes the declared answers that the plain call does not give. */
  also?(party: Party): Promise<unknown>;
}

const PASSWORD = "correct horse battery staple";
const withPassword = new WeakMap<Party, Promise<MemberClient>>();

/** One for each party: hashing passwords is slow, as it should be. */
function memberWithPassword(party: Party): Promise<MemberClient> {
  const known = withPassword.get(party) ?? party.tenant.member({ password: PASSWORD });
  withPassword.set(party, known);
  return known;
}

const hashes = new WeakMap<Party, Promise<string>>();

/** Sets the owner's password to PASSWORD, whatever it was; hashed once for each party. */
async function givePassword(party: Party): Promise<void> {
  const hash = hashes.get(party) ?? hashPassword(PASSWORD);
  hashes.set(party, hash);
  const params = [await hash, party.owner.memberId];
  await party.world.platform.directory.commit([
    { sql: "UPDATE accounts SET password_hash = ? WHERE id = ?", params },
  ]);
}

/** A link for a new password of a member of the party's, as the mail would carry it. */
async function resetLink({ world, tenant }: Party): Promise<string> {
  const { directory, newId, clock } = world.platform;
  const { memberId: accountId } = await tenant.member();
  const [token, requestedAt] = [newId(), timestamp(clock)];
  const expiresAt = secondsFromNow(clock, 3600);
  const tokenHash = await hashToken(token);
  await directory.commit([
    directory.passwordResets.insert({
      tokenHash,
      accountId,
      requestedAt,
      expiresAt,
      unlessSince: requestedAt,
    }),
  ]);
  return token;
}

let serial = 0;
/** A word that no other call has got; a valid name of a table or field, too. */
export function unique(prefix: string): string {
  serial += 1;
  return `${prefix}_${serial.toString(36)}${Date.now().toString(36)}`;
}

async function created(party: Party, path: string, body: unknown): Promise<string> {
  const { status, body: made, text } = await party.owner.post<{ id: string }>(path, body);
  if (status >= 300) throw new Error(`POST ${path} of a fixture answered ${status}: ${text}`);
  return made.id;
}

const role = (party: Party) =>
  created(party, "/api/roles", { name: unique("Role"), permissions: ["leads:view"] });

/** A table of its own, with one attribute, `title`, whose name is the table's with an ending. */
async function table(party: Party): Promise<{ id: string; name: string; title: string }> {
  const name = unique("table");
  const title = `${name}_title`;
  const attributes = [{ name: title, display_name: "Title", value_type: "string" }];
  const id = await created(party, "/api/meta/entity-types", { name, display_name: "Table", attributes });
  return { id, name, title };
}

/** The id of the standard table, so that it is the party's alone. */
async function leads({ owner }: Party): Promise<string> {
  return (await owner.get<{ id: string }>("/api/meta/entity-types/leads")).body.id;
}

const record = (party: Party, entity: string | undefined) =>
  created(party, `/api/data/${entity}`, { organization_name: unique("Org") });

const selectList = (party: Party) =>
  created(party, "/api/meta/select-lists", { name: unique("List"), options: ["New", "Won"] });

async function sender(party: Party): Promise<{ id: string; webhook_url: string }> {
  const input = { name: unique("Sender"), provider: "sandbox" };
  const { body, text, status } = await party.owner.post<{ id: string; webhook_url: string }>(
    "/api/senders",
    input,
  );
  if (status !== 201) throw new Error(`the sender was refused: ${text}`);
  return body;
}

const message = async (party: Party) => ({
  sender_id: (await sender(party)).id,
  to: "+79123456789",
  body: "Здравствуйте! Ваш заказ готов.",
});

/** A table that is deleted leaves a job behind. */
async function job(party: Party): Promise<string> {
  const { headers } = await party.owner.delete(`/api/meta/entity-types/${(await table(party)).id}`);
  return headers.get("location")?.split("/").at(-1) ?? "";
}

export const slots: Readonly<Record<string, Slot>> = {
  "/api/roles/{id}": { create: role },
  "/api/users/{id}": {
    create: (party) => created(party, "/api/users", { email: `${unique("user")}@acme.test` }),
  },
  "/api/api-keys/{id}": {
    create: (party) => created(party, "/api/api-keys", { name: unique("Key"), permissions: ["leads:view"] }),
  },
  "/api/sessions/{id}": {
    create: async ({ world, tenant, owner }) => {
      const account = { id: owner.memberId, email: owner.email, tenantId: tenant.id, shard: tenant.shard };
      return (await beginSession(world.platform, account)).sessionId;
    },
  },
  "/api/meta/entity-types/{id}": { create: async (party) => (await table(party)).id },
  "/api/meta/entity-types/{id}/attributes/{attribute_id}": {
    create: (party, { id }) => {
      const attribute = { name: unique("field"), display_name: "Field", value_type: "integer" };
      return created(party, `/api/meta/entity-types/${id}/attributes`, attribute);
    },
  },
  "/api/meta/select-lists/{id}": { create: selectList },
  "/api/meta/select-lists/{id}/options/{option_id}": {
    create: (party, { id }) =>
      created(party, `/api/meta/select-lists/${id}/options`, { value: unique("Option") }),
  },
  "/api/aliases/tables/{table}": {
    missing: "no_such_table",
    create: async (party) => {
      const { name } = await table(party);
      await created(party, "/api/aliases/tables", { table_name: name, display_name: "Ours" });
      return name;
    },
  },
  "/api/aliases/{table}": { create: async (party) => (await table(party)).name, missing: "no_such_table" },
  "/api/aliases/{table}/{attribute}": {
    missing: "no_such_attribute",
    create: async (party, { table: name }) => {
      const attribute = `${name}_title`;
      await created(party, "/api/aliases", {
        table_name: name,
        attribute_name: attribute,
        display_name: "Ours",
      });
      return attribute;
    },
  },
  "/api/senders/{id}": { create: async (party) => (await sender(party)).id },
  "/api/deliveries/{id}": {
    create: async (party) => {
      const entity = await leads(party);
      return sent(party, entity, await record(party, entity));
    },
  },
  "/api/jobs/{id}": { create: job },
  "/hooks/{provider}": { create: async () => "sandbox", missing: "carrier_pigeon" },
  "/hooks/{provider}/{secret}": {
    create: async (party) => (await sender(party)).webhook_url.split("/").at(-1) ?? "",
  },
  "/api/data/{entity}": { create: leads, missing: "no_such_table" },
  "/api/data/{entity}/group-by/{attribute}": {
    missing: "no_such_attribute",
    create: async (party, { entity }) => {
      const name = unique("field");
      const attribute = { name, display_name: "Field", value_type: "integer", indexed: false };
      await created(party, `/api/meta/entity-types/${entity}/attributes`, attribute);
      return name;
    },
  },
  "/api/data/{entity}/{id}": {
    create: (party, { entity }) => record(party, entity),
  },
};

/** Query parameters that take ids, with the slot whose fixture makes one. */
export const queryIds: Readonly<Record<string, string>> = {
  record_id: "/api/data/{entity}/{id}",
  user_id: "/api/users/{id}",
  sender_id: "/api/senders/{id}",
};

/** A lead of the party's owner. */
const owned = async ({ owner }: Party) => ({
  organization_name: unique("Org"),
  owner_id: owner.memberId,
  responsible: owner.memberId,
});

const twice = async (make: () => Promise<unknown>) => {
  await make();
  await make();
};

const sent = async (party: Party, entity: string, record: string) =>
  created(party, `/api/data/${entity}/${record}/messages`, await message(party));

export const operations: Readonly<Record<string, OperationFixture>> = {
  ownOpenapi: {
    async also({ owner }) {
      const { headers } = await owner.get("/api/openapi.json");
      await owner.get("/api/openapi.json", { headers: { "if-none-match": headers.get("etag") ?? "" } });
    },
  },
  register: {
    body: async () => ({ email: `${unique("owner")}@acme.test`, password: PASSWORD, company_name: "Acme" }),
  },
  token: {
    body: async (party) => ({ username: (await memberWithPassword(party)).email, password: PASSWORD }),
  },
  revoke: {
    body: async ({ tenant }) => ({ refresh_token: (await tenant.member()).refreshToken }),
  },
  requestPasswordReset: { body: async ({ owner }) => ({ email: owner.email }) },
  resetPassword: {
    body: async (party) => ({
      token: await resetLink(party),
      new_password: `${unique("new")} horse battery`,
    }),
  },
  changePassword: {
    body: async (party) => {
      await givePassword(party);
      return { current_password: PASSWORD, new_password: `${unique("new")} horse battery` };
    },
  },
  createUser: {
    bodyHasIds: true,
    body: async (party) => ({ email: `${unique("user")}@acme.test`, role_ids: [await role(party)] }),
  },
  setUserRoles: { bodyHasIds: true, body: async (party) => ({ role_ids: [await role(party)] }) },
  acceptInvitation: {
    body: async (party) => {
      const { body } = await party.owner.post<{ invitation: { token: string } }>("/api/users", {
        email: `${unique("invited")}@acme.test`,
      });
      return { token: body.invitation.token, password: PASSWORD };
    },
  },
  createEntityType: {
    body: async () => ({
      name: unique("deals"),
      display_name: "Сделки",
      display_attribute: "title",
      attributes: [{ name: "title", display_name: "Название", value_type: "string", required: true }],
    }),
  },
  orderAttributes: {
    bodyHasIds: true,
    body: async ({ owner }, { id }) => {
      const { body } = await owner.get<{ attributes: { id: string }[] }>(`/api/meta/entity-types/${id}`);
      return { attribute_ids: body.attributes.map((attribute) => attribute.id) };
    },
  },
  convertAttribute: {
    body: async () => ({ value_type: "text" }),
    also: async (party) => {
      const { name, title } = await table(party);
      const path = `/api/meta/entity-types/${name}/attributes/${title}/convert`;
      await party.owner.post(path, { value_type: "integer", dry_run: true });
    },
  },
  createSelectList: { body: async () => ({ name: unique("List"), options: ["New", "Won"] }) },
  addOption: { body: async () => ({ value: unique("Option"), color: "#1a7f37" }) },
  renameSelectList: { body: async () => ({ name: unique("List") }) },
  listUsers: { fill: ({ tenant }) => twice(() => tenant.member()) },
  listRecords: { fill: (party, { entity }) => twice(() => record(party, entity)) },
  queryRecords: {
    bodyHasIds: true,
    body: async ({ owner }) => ({
      filters: {
        or: ["owner_id", "responsible"].map((field) => ({ field, op: "eq", value: owner.memberId })),
      },
    }),
    fill: (party, { entity }) => twice(() => record(party, entity)),
  },
  createRecord: { bodyHasIds: true, body: owned },
  updateRecord: { bodyHasIds: true, body: owned },
  putRecord: { bodyHasIds: true, body: owned },
  bulkCreateRecords: { bodyHasIds: true, body: async (party) => ({ records: [await owned(party)] }) },
  createAttribute: {
    bodyHasIds: true,
    body: async (party) => ({
      name: unique("field"),
      display_name: "Field",
      value_type: "select",
      select_list_id: await selectList(party),
    }),
  },
  listDeliveries: {
    fill: async (party) => {
      const entity = await leads(party);
      const id = await record(party, entity);
      await twice(() => sent(party, entity, id));
    },
  },
  listRecordMessages: {
    fill: (party, { entity, id }) => twice(() => sent(party, entity ?? "", id ?? "")),
  },
  explainAccess: { query: async ({ owner }) => `user_id=${owner.memberId}&entity=leads&action=view` },
  listAudit: { fill: (party) => twice(() => role(party)) },
  listJobs: { fill: (party) => twice(() => job(party)) },
  createSender: { body: async () => ({ name: unique("Sender"), provider: "sandbox" }) },
  sendMessage: { bodyHasIds: true, body: message },
  createRole: { body: async () => ({ name: unique("Role"), permissions: ["leads:view", "leads:create"] }) },
  updateRole: { body: async () => ({ name: unique("Role"), permissions: ["leads:view"] }) },
  restoreRecord: {
    prepare: ({ owner }, { entity, id }) => owner.delete(`/api/data/${entity}/${id}`),
  },
  orderRecords: {
    bodyHasIds: true,
    body: async (party, { entity }) => ({
      record_ids: [
        await created(party, `/api/data/${entity}`, { organization_name: unique("Org") }),
        await created(party, `/api/data/${entity}`, { organization_name: unique("Org") }),
      ],
    }),
  },
  moveRecord: {
    bodyHasIds: true,
    body: async (party, { entity }) => ({
      record_id: await created(party, `/api/data/${entity}`, { organization_name: unique("Org") }),
      before_id: await created(party, `/api/data/${entity}`, { organization_name: unique("Org") }),
    }),
  },
  bulkUpdateRecords: {
    bodyHasIds: true,
    body: async (party, { entity }) => ({
      records: [
        {
          id: await created(party, `/api/data/${entity}`, { organization_name: unique("Org") }),
          organization_name: unique("Org"),
        },
      ],
    }),
  },
  upsertRecords: {
    body: async (party, { entity }) => {
      const key = unique("code");
      const attribute = {
        name: key,
        display_name: "Code",
        value_type: "string",
        unique: true,
        indexed: false,
      };
      await created(party, `/api/meta/entity-types/${entity}/attributes`, attribute);
      return { key, records: [{ [key]: "A-1", organization_name: unique("Org") }] };
    },
  },
  bulkDeleteRecords: {
    bodyHasIds: true,
    body: async (party, { entity }) => ({
      ids: [await record(party, entity)],
    }),
  },
};
