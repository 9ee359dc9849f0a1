import type { Answer, Client } from "./world.ts";

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** POST /api/auth/token with a password. */
export function logIn(client: Client, username: string, password: string): Promise<Answer<Tokens>> {
  return postForm(client, { username, password });
}

/** POST /api/auth/token with a refresh token. */
export function refresh(client: Client, token: string): Promise<Answer<Tokens>> {
  return postForm(client, { grant_type: "refresh_token", refresh_token: token });
}

function postForm(client: Client, form: Record<string, string>): Promise<Answer<Tokens>> {
  const raw = new URLSearchParams(form).toString();
  return client.post("/api/auth/token", undefined, { raw, headers: FORM });
}
