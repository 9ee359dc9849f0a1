import type { Problem } from "./client.ts";
import { definition, FIELDS } from "./kinds.ts";
import { type Chapter, check, checkEqual, need, owner } from "./scene.ts";

interface EntityType {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly attributes: readonly { readonly id: string; readonly name: string; readonly value_type: string }[];
}

const PATH = "/api/meta/entity-types";

export const tables: Chapter = {
  title: "Tables",
  steps: [
    {
      name: "a table is defined, with a field of each kind",
      async run(scene) {
        const { body } = await owner(scene).post<EntityType>(201, PATH, {
          name: `smoke_${scene.run}`,
          display_name: "Smoke test",
          display_attribute: "title",
          attributes: FIELDS.map(definition),
        });
        scene.facts.table = body.name;
        scene.facts.tableId = body.id;
        scene.cleanup.push({
          name: "the table is deleted",
          async run() {
            await owner(scene).delete(204, `${PATH}/${body.id}`);
            await owner(scene).get(404, `/api/data/${body.name}`);
          },
        });
        const kinds = body.attributes.map(({ name, value_type }) => ({ name, value_type }));
        const wanted = FIELDS.map(({ name, value_type }) => ({ name, value_type }));
        checkEqual(kinds, wanted, "the list of fields");
      },
    },
    {
      name: "a field is added later",
      async run(scene) {
        const table = need(scene, "table");
        const field = { name: "responsible", display_name: "Responsible", value_type: "user" };
        await owner(scene).post(201, `${PATH}/${table}/attributes`, field);
        const { body } = await owner(scene).get<EntityType>(200, `${PATH}/${table}`);
        check(
          body.attributes.some(({ name }) => name === "responsible"),
          "the table does not have the field",
        );
      },
    },
    {
      name: "a relation to the table itself is added, with its other side",
      async run(scene) {
        const table = need(scene, "table");
        const field = {
          name: "parent",
          display_name: "Parent",
          value_type: "relation",
          target_entity_type_id: table,
          create_back_relation: true,
          back_relation_name: "parts",
        };
        await owner(scene).post(201, `${PATH}/${table}/attributes`, field);
        const { body } = await owner(scene).get<EntityType>(200, `${PATH}/${table}`);
        const sides = body.attributes.filter(({ value_type }) => value_type === "relation");
        checkEqual(
          sides.map(({ name }) => name),
          ["parent", "parts"],
          "the relation's sides",
        );
      },
    },
    {
      name: "the table is renamed for people",
      async run(scene) {
        const request = { json: { display_name: "Smoke test, renamed" } };
        const { body } = await owner(scene).send<EntityType>(
          200,
          "PUT",
          `${PATH}/${need(scene, "tableId")}`,
          request,
        );
        checkEqual(body.display_name, "Smoke test, renamed", "display_name");
      },
    },
    {
      name: "names that are taken or reserved are refused",
      async run(scene) {
        const taken = { name: need(scene, "table"), display_name: "Again" };
        const { body } = await owner(scene).post<Problem>(409, PATH, taken);
        checkEqual(body.code, "name_taken", "code");
        await owner(scene).post(400, PATH, { name: "roles", display_name: "Roles" });
      },
    },
  ],
};
