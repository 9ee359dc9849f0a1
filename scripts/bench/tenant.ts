import type { Client, Reply } from "./client.ts";

export interface Tenant {
  readonly ownerId: string;
  /** The founder's headers, for requests that are written out. */
  readonly headers: Readonly<Record<string, string>>;
  send(method: string, path: string, body?: unknown): Promise<Reply>;
}

const PASSWORD = "correct horse battery staple";
const JSON_TYPE = { "content-type": "application/json" };

/** Registers a company over HTTP and logs its founder in. */
export async function registerTenant(client: Client, name: string): Promise<Tenant> {
  const email = `${name}@bench.example`;
  const registered = await client.send({
    method: "POST",
    path: "/api/auth/register",
    headers: JSON_TYPE,
    body: JSON.stringify({ email, password: PASSWORD, full_name: "Founder", company_name: name }),
  });
  const token = await client.send({
    method: "POST",
    path: "/api/auth/token",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ username: email, password: PASSWORD }).toString(),
  });
  const { access_token } = JSON.parse(token.text) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}` };
  return {
    ownerId: (JSON.parse(registered.text) as { id: string }).id,
    headers,
    send: (method, path, body) =>
      client.send({
        method,
        path,
        headers: body === undefined ? headers : { ...headers, ...JSON_TYPE },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
  };
}
