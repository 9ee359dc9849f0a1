import type { Problem } from "./client.ts";
import { openClient } from "./client.ts";
import {
  type Chapter,
  check,
  checkEqual,
  emailOf,
  logIn,
  need,
  owner,
  randomPassword,
  type Scene,
} from "./scene.ts";

interface Registered {
  readonly email: string;
  readonly tenant: { readonly id: string; readonly name: string };
}

const password = randomPassword();

export const company: Chapter = {
  title: "Company",
  steps: [
    {
      name: "a company is registered",
      async run(scene) {
        const { tenant } = await register(scene, "owner", password);
        scene.facts.tenantId = tenant.id;
      },
    },
    {
      name: "the same e-mail address is refused",
      async run(scene) {
        need(scene, "tenantId");
        const { body } = await scene.anonymous.post<Problem>(
          409,
          "/api/auth/register",
          registration(scene, "owner", password),
        );
        checkEqual(body.code, "email_taken", "code");
      },
    },
    {
      name: "a wrong password is refused",
      async run(scene) {
        const form = { username: emailOf(scene, "owner"), password: "not the password" };
        await scene.anonymous.send(401, "POST", "/api/auth/token", { form });
      },
    },
    {
      name: "the owner logs in",
      async run(scene) {
        scene.facts.owner = await logIn(scene, emailOf(scene, "owner"), password);
      },
    },
    {
      name: "without a token nothing is shown",
      async run({ anonymous }) {
        const { headers } = await anonymous.get(401, "/api/users/me");
        check(/^Bearer/.test(headers.get("www-authenticate") ?? ""), "there is no WWW-Authenticate: Bearer");
      },
    },
    {
      name: "a refresh token gives new tokens",
      async run(scene) {
        const form = { grant_type: "refresh_token", refresh_token: need(scene, "owner").refreshToken };
        const { body } = await scene.anonymous.send<{ access_token: string; refresh_token: string }>(
          200,
          "POST",
          "/api/auth/token",
          { form },
        );
        check(body.refresh_token !== form.refresh_token, "the refresh token is still the same");
        const client = openClient(scene.base, body.access_token);
        await client.get(200, "/api/users/me");
        scene.facts.owner = { client, refreshToken: body.refresh_token };
      },
    },
    {
      name: "the owner's profile names the company and every permission",
      async run(scene) {
        const { body } = await owner(scene).get<{ tenant: { id: string }; permissions: string[] }>(
          200,
          "/api/users/me",
        );
        checkEqual(body.tenant.id, need(scene, "tenantId"), "tenant.id");
        const missing = ["leads:delete", "roles:manage", "users:manage", "meta:manage"].filter(
          (name) => !body.permissions.includes(name),
        );
        checkEqual(missing, [], "what is missing");
      },
    },
    {
      name: "the standard tables are there",
      async run(scene) {
        const { body } = await owner(scene).get<{ name: string }[]>(200, "/api/meta/entity-types");
        const names = body.map(({ name }) => name).sort();
        checkEqual(names, ["individuals", "leads", "legal_entities"], "the list");
      },
    },
  ],
};

export async function register(scene: Scene, who: string, secret: string): Promise<Registered> {
  const { body } = await scene.anonymous.post<Registered>(
    201,
    "/api/auth/register",
    registration(scene, who, secret),
  );
  scene.companies.push(`${body.tenant.name} (${body.tenant.id})`);
  return body;
}

function registration(scene: Scene, who: string, secret: string) {
  const { registrationToken, run } = scene;
  return {
    email: emailOf(scene, who),
    password: secret,
    full_name: "Smoke test",
    company_name: `Smoke test ${run}, ${who}`,
    ...(registrationToken !== undefined && { registration_token: registrationToken }),
  };
}
