import { env } from "cloudflare:workers";
import type { Client, MemberClient } from "./world.ts";

export interface Wire {
  id: string;
  version: number;
  [name: string]: unknown;
}
interface Problem {
  code: string;
  errors?: { path: string; code: string }[];
}

export const types = "/api/meta/entity-types";

export async function made(client: Client, path: string, body: unknown): Promise<Wire> {
  const { status, body: answer, text } = await client.post<Wire>(path, body);
  if (status !== 201) throw new Error(`${path}: ${text}`);
  return answer;
}

export const title = { name: "title", display_name: "Title", value_type: "string" };

/** Companies, and contacts who each belong to one and know others. */
export async function crm(owner: MemberClient) {
  const companies = await made(owner, types, {
    name: "companies",
    display_name: "Companies",
    attributes: [title, { name: "city", display_name: "City", value_type: "string" }],
  });
  const contacts = await made(owner, types, {
    name: "contacts",
    display_name: "Contacts",
    attributes: [title],
  });
  const attributes = `${types}/contacts/attributes`;
  const company = await made(owner, attributes, {
    name: "company",
    display_name: "Company",
    value_type: "relation",
    target_entity_type_id: companies.id,
    create_back_relation: true,
    back_relation_name: "staff",
    back_relation_display_name: "Staff",
  });
  const friends = await made(owner, attributes, {
    name: "friends",
    display_name: "Friends",
    value_type: "relation",
    target_entity_type_id: "contacts",
    allow_multiple_selection: true,
    create_back_relation: true,
    back_relation_name: "friend_of",
  });
  return { companies, contacts, company, friends };
}

export const add = (client: Client, entity: string, values: Record<string, unknown>) =>
  made(client, `/api/data/${entity}`, values);

export const read = async (client: Client, entity: string, { id }: { id: string }) =>
  (await client.get<Wire>(`/api/data/${entity}/${id}`)).body;

export async function found(client: Client, entity: string, filters: unknown): Promise<unknown[]> {
  const { body, status, text } = await client.post<{ data: Wire[] }>(`/api/data/${entity}/query`, {
    filters,
    sort: "title",
  });
  if (status !== 200) throw new Error(text);
  return body.data.map((record) => record.title);
}

export const issues = ({ body }: { body: unknown }) =>
  (body as Problem).errors?.map(({ path, code }) => `${path} ${code}`) ?? (body as Problem).code;

/** Gives the member the action on the member's own records only. */
export async function confine(
  { tenantId, memberId }: MemberClient,
  type: Wire,
  action: string,
): Promise<void> {
  const grant = (scope: string) => JSON.stringify({ subject: type.id, action, scope });
  const roles = "SELECT role_id FROM member_roles WHERE tenant_id = ?1 AND member_id = ?4";
  await env.TENANTS_01.batch([
    env.TENANTS_01.prepare(
      `UPDATE roles SET grants = replace(grants, ?2, ?3) WHERE tenant_id = ?1 AND id IN (${roles})`,
    ).bind(tenantId, grant("all"), grant("own"), memberId),
    env.TENANTS_01.prepare("UPDATE tenants SET rights_version = rights_version + 1 WHERE tenant_id = ?").bind(
      tenantId,
    ),
  ]);
}
