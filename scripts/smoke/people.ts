import { register } from "./company.ts";
import {
  type Chapter,
  checkEqual,
  emailOf,
  logIn,
  need,
  owner,
  randomPassword,
  type Scene,
} from "./scene.ts";

const PERMISSIONS = ["leads:view", "leads:create", "individuals:view"];
const password = randomPassword();

const colleague = (scene: Scene) => need(scene, "colleague").client;
const lead = (scene: Scene) => `/api/data/leads/${need(scene, "leadId")}`;

export const people: Chapter = {
  title: "Roles and colleagues",
  steps: [
    {
      name: "a role is created that may view and create leads",
      async run(scene) {
        const role = { name: `Sales manager ${scene.run}`, permissions: PERMISSIONS };
        const { body } = await owner(scene).post<{ id: string }>(201, "/api/roles", role);
        scene.facts.roleId = body.id;
        scene.cleanup.push({
          name: "the role is deleted",
          run: async () => void (await owner(scene).delete(204, `/api/roles/${body.id}`)),
        });
      },
    },
    {
      name: "a colleague is added with that role, and logs in",
      async run(scene) {
        const email = emailOf(scene, "colleague");
        const user = { email, full_name: "A colleague", password, role_ids: [need(scene, "roleId")] };
        const { body } = await owner(scene).post<{ id: string }>(201, "/api/users", user);
        scene.facts.colleagueId = body.id;
        scene.cleanup.push({
          name: "the colleague is removed, and is out at once",
          async run() {
            await owner(scene).delete(204, `/api/users/${body.id}`);
            await scene.facts.colleague?.client.get(401, "/api/users/me");
          },
        });
        scene.facts.colleague = await logIn(scene, email, password);
      },
    },
    {
      name: "the colleague has just these rights",
      async run(scene) {
        const { body } = await colleague(scene).get<{ permissions: string[] }>(200, "/api/users/me");
        checkEqual([...body.permissions].sort(), [...PERMISSIONS].sort(), "permissions");
      },
    },
    {
      name: "the colleague views and creates leads",
      async run(scene) {
        const values = { organization_name: `Smoke test ${scene.run}`, contact_number: "+7 912 345-67-89" };
        const { body } = await colleague(scene).post<{ id: string }>(201, "/api/data/leads", values);
        scene.facts.leadId = body.id;
        scene.cleanup.push({
          name: "the lead is deleted",
          run: async () => void (await owner(scene).delete(204, `/api/data/leads/${body.id}`)),
        });
        await colleague(scene).get(200, lead(scene));
        await colleague(scene).get(200, "/api/data/leads");
        await colleague(scene).get(200, "/api/data/individuals");
      },
    },
    {
      name: "the colleague gets 403 on changing and deleting them, and on everything else",
      async run(scene) {
        const client = colleague(scene);
        await client.patch(403, lead(scene), { notes: "changed" });
        await client.delete(403, lead(scene));
        await client.get(403, "/api/data/legal_entities");
        await client.post(403, "/api/data/individuals", { full_name: "Nobody" });
        await client.post(403, "/api/roles", { name: "Everything", permissions: PERMISSIONS });
        await client.get(200, lead(scene));
      },
    },
    {
      name: "a right that is taken away is gone with the next request",
      async run(scene) {
        const path = `/api/users/${need(scene, "colleagueId")}/roles`;
        const give = (ids: string[]) => owner(scene).send(200, "PUT", path, { json: { role_ids: ids } });
        await give([]);
        await colleague(scene).get(403, lead(scene));
        await give([need(scene, "roleId")]);
        await colleague(scene).get(200, lead(scene));
      },
    },
    {
      name: "another company is registered",
      async run(scene) {
        const secret = randomPassword();
        const { email } = await register(scene, "stranger", secret);
        scene.facts.stranger = await logIn(scene, email, secret);
      },
    },
    {
      name: "its owner gets 404 for everything of the first, and sees none of it",
      async run(scene) {
        const { client } = need(scene, "stranger");
        await client.get(404, lead(scene));
        await client.patch(404, lead(scene), { notes: "changed" });
        await client.delete(404, lead(scene));
        await client.get(404, `/api/data/${need(scene, "table")}`);
        await client.get(404, `/api/roles/${need(scene, "roleId")}`);
        await client.get(404, `/api/users/${need(scene, "colleagueId")}`);
        const { body } = await client.get<{ data: unknown[] }>(200, "/api/data/leads");
        checkEqual(body.data, [], "the list of leads");
        await owner(scene).get(200, lead(scene));
      },
    },
  ],
};
