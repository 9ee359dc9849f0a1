import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { add, confine, crm, found, issues, made, read, title, types, type Wire } from "../support/crm.ts";
import { type Client, type MemberClient, makeWorld } from "../support/world.ts";

const world = makeWorld();

interface Link {
  id: string;
  title: string | null;
}

describe("a relation", () => {
  it("is one link seen from both sides", async () => {
    const { owner } = await world.tenant();
    const { company, companies } = await crm(owner);
    expect(company).toMatchObject({
      value_type: "relation",
      target_entity_type_id: companies.id,
      allow_multiple_selection: false,
      indexed: false,
      unique: false,
    });
    const acme = await add(owner, "companies", { title: "Acme" });
    const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
    expect(ann).toMatchObject({ company: { id: acme.id, title: "Acme" }, friends: [], friend_of: [] });
    const bob = await add(owner, "contacts", {
      title: "Bob",
      company: { id: acme.id, title: "whatever" },
      friends: [ann.id],
    });
    expect(await read(owner, "contacts", bob)).toEqual(bob);
    expect(bob).toMatchObject({ friends: [{ id: ann.id, title: "Ann" }] });
    expect(await read(owner, "companies", acme)).toMatchObject({
      version: 1,
      staff: [
        { id: bob.id, title: "Bob" },
        { id: ann.id, title: "Ann" },
      ],
    });
    expect(await read(owner, "contacts", ann)).toMatchObject({ friend_of: [{ id: bob.id, title: "Bob" }] });
    expect(await found(owner, "contacts", { field: "company", value: acme.id })).toEqual(["Ann", "Bob"]);
    expect(
      await found(owner, "companies", { field: "staff", op: "has_all", value: [ann.id, bob.id] }),
    ).toEqual(["Acme"]);
    const list = await owner.get<{ data: Wire[] }>("/api/data/companies?fields=staff");
    expect(list.body.data[0]?.staff).toHaveLength(2);
  });
});

describe("the definition of a relation", () => {
  it("says what is wrong with it", async () => {
    const { owner } = await world.tenant();
    const rival = await world.tenant();
    const theirs = await crm(rival.owner);
    await crm(owner);
    const refused = async (definition: Record<string, unknown>) => {
      const body = { name: "link", display_name: "Link", value_type: "relation", ...definition };
      return issues(await owner.post(`${types}/contacts/attributes`, body));
    };
    const target = { target_entity_type_id: "companies" };
    const back = { ...target, create_back_relation: true };
    expect(await refused({})).toEqual(["target_entity_type_id required"]);
    expect(await refused({ target_entity_type_id: "nothing" })).toEqual([
      "target_entity_type_id unknown_entity_type",
    ]);
    expect(await refused({ target_entity_type_id: theirs.companies.id })).toEqual([
      "target_entity_type_id unknown_entity_type",
    ]);
    expect(await refused({ target_entity_type_id: 5, allow_multiple_selection: "yes" })).toEqual([
      "target_entity_type_id wrong_type",
      "allow_multiple_selection wrong_type",
    ]);
    expect(await refused(back)).toEqual(["back_relation_name required"]);
    expect(await refused({ ...back, back_relation_name: "Up" })).toEqual([
      "back_relation_name invalid_format",
    ]);
    expect(await refused({ ...back, back_relation_name: "id" })).toEqual([
      "back_relation_name reserved_name",
    ]);
    expect(await refused({ ...back, back_relation_name: "staff" })).toEqual([
      "back_relation_name already_taken",
    ]);
    expect(await refused({ ...target, back_relation_name: "up" })).toEqual([
      "back_relation_name not_without",
    ]);
    expect(await refused({ ...target, is_back_relation: true })).toEqual(["is_back_relation read_only"]);
    expect(await refused({ ...target, unique: true, indexed: true })).toEqual([
      "unique not_possible_here",
      "indexed not_possible_here",
    ]);
    expect(await refused({ ...target, default: theirs.companies.id })).toEqual(["default not_possible_here"]);
    expect(await refused({ ...target, display_attribute_id: theirs.companies.id })).toEqual([
      "display_attribute_id not_the_display_attribute",
    ]);
    const self = { ...back, target_entity_type_id: "contacts" };
    expect(await refused({ ...self, name: "twin", back_relation_name: "twin" })).toEqual([
      "back_relation_name already_taken",
    ]);
  });

  it("may stand in that of its entity type, which may be its own target", async () => {
    const { owner } = await world.tenant();
    const task = await made(owner, types, {
      name: "tasks",
      display_name: "Tasks",
      attributes: [
        title,
        {
          name: "parent",
          display_name: "Parent",
          value_type: "relation",
          target_entity_type_id: "tasks",
          create_back_relation: true,
          back_relation_name: "children",
        },
        { name: "lead", display_name: "Lead", value_type: "relation", target_entity_type_id: "leads" },
      ],
    });
    const shown = task.attributes as Wire[];
    expect(shown.map(({ name }) => name)).toEqual(["title", "parent", "lead", "children"]);
    const [, parent, , children] = shown;
    expect(parent).toMatchObject({ target_entity_type_id: task.id, inverse_attribute_id: children?.id });
    expect(children).toMatchObject({
      display_name: "Tasks",
      allow_multiple_selection: true,
      is_back_relation: true,
      inverse_attribute_id: parent?.id,
    });
    const root = await add(owner, "tasks", { title: "Root" });
    const leaf = await add(owner, "tasks", { title: "Leaf", parent: root.id });
    expect(await read(owner, "tasks", root)).toMatchObject({
      parent: null,
      children: [{ id: leaf.id, title: "Leaf" }],
    });
    // Nothing forbids a circle, nor a record that leads to itself.
    await owner.patch(`/api/data/tasks/${root.id}`, { parent: leaf.id, children: [leaf.id, root.id] });
    expect(await read(owner, "tasks", root)).toMatchObject({
      parent: { id: root.id },
      children: [{ id: leaf.id }, { id: root.id }],
    });
  });

  it("keeps its target when other things change", async () => {
    const { owner } = await world.tenant();
    const { company } = await crm(owner);
    const path = `${types}/contacts/attributes/${company.id}`;
    const { body } = await owner.put<Wire>(path, {
      ...rewritable(company),
      name: "employer",
      required: true,
    });
    expect(body).toMatchObject({
      name: "employer",
      required: true,
      inverse_attribute_id: company.inverse_attribute_id,
    });
    expect(issues(await owner.put(path, { target_entity_type_id: "leads" }))).toEqual([
      "target_entity_type_id read_only",
    ]);
    expect(issues(await owner.put(path, { allow_multiple_selection: true }))).toEqual([
      "allow_multiple_selection read_only",
    ]);
    expect(issues(await owner.post("/api/data/contacts", { title: "Ann" }))).toEqual(["employer required"]);
    const acme = await add(owner, "companies", { title: "Acme" });
    const ann = await add(owner, "contacts", { title: "Ann", employer: acme.id });
    expect(issues(await owner.patch(`/api/data/contacts/${ann.id}`, { employer: null }))).toEqual([
      "employer required",
    ]);
    expect((await owner.patch(`/api/data/contacts/${ann.id}`, { title: "Anna" })).status).toBe(200);
  });

  it.each(["company", "staff"])(
    "takes the other side and the links along when %s is deleted",
    async (side) => {
      const { owner } = await world.tenant();
      await crm(owner);
      const acme = await add(owner, "companies", { title: "Acme" });
      await add(owner, "contacts", { title: "Ann", company: acme.id });
      const other = side === "company" ? ["companies", "staff"] : ["contacts", "company"];
      const own = side === "company" ? "contacts" : "companies";
      await owner.post("/api/aliases", {
        table_name: other[0],
        attribute_name: other[1],
        display_name: "Ours",
      });
      expect((await owner.delete(`${types}/${own}/attributes/${side}`)).status).toBe(204);
      for (const name of ["companies", "contacts"]) {
        const { body } = await owner.get<{ attributes: Wire[] }>(`${types}/${name}`);
        expect(body.attributes.map((attribute) => attribute.name)).not.toContain(side);
        expect(body.attributes.map((attribute) => attribute.name)).not.toContain(other[1]);
      }
      expect((await owner.get(`/api/aliases/${other[0]}`)).text).not.toContain("Ours");
      expect(await read(owner, "companies", acme)).not.toHaveProperty("staff");
      expect(await rows(owner)).toBe(0);
    },
  );

  it("goes with its target", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    const acme = await add(owner, "companies", { title: "Acme" });
    const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
    expect((await owner.delete(`${types}/companies`)).status).toBeLessThan(300);
    expect(await read(owner, "contacts", ann)).not.toHaveProperty("company");
    expect(await rows(owner)).toBe(0);
    const { status } = await owner.patch(`/api/data/contacts/${ann.id}`, { title: "Anna" });
    expect(status).toBe(200);
  });

  it("is not made when its target goes at the same moment", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    owner.beforeCommit(() => owner.delete(`${types}/companies`));
    const body = {
      name: "other",
      display_name: "Other",
      value_type: "relation",
      target_entity_type_id: "companies",
    };
    expect(issues(await owner.post(`${types}/contacts/attributes`, body))).toEqual([
      "target_entity_type_id unknown_entity_type",
    ]);
  });
});

describe("links that cannot be made", () => {
  it("are refused where they stand, with one answer for whatever the caller cannot see", async () => {
    const { owner } = await world.tenant();
    const rival = await world.tenant();
    await crm(owner);
    await crm(rival.owner);
    const theirs = await add(rival.owner, "companies", { title: "Theirs" });
    const gone = await add(owner, "companies", { title: "Gone" });
    await owner.delete(`/api/data/companies/${gone.id}`);
    const ann = await add(owner, "contacts", { title: "Ann" });
    const refused = async (values: Record<string, unknown>) =>
      issues(await owner.post("/api/data/contacts", { title: "New", ...values }));
    for (const id of [theirs.id, gone.id, ann.id, crypto.randomUUID()]) {
      expect(await refused({ company: id })).toEqual(["company unknown_record"]);
      expect(await refused({ company: { id } })).toEqual(["company unknown_record"]);
    }
    expect(await refused({ friends: [ann.id, theirs.id, { id: gone.id }] })).toEqual([
      "friends[1] unknown_record",
      "friends[2] unknown_record",
    ]);
    expect(await refused({ company: 5, friends: "Ann" })).toEqual([
      "company invalid_uuid",
      "friends invalid_uuid",
    ]);
    expect(await refused({ company: { id: ann.id, name: "Ann" } })).toEqual(["company wrong_type"]);
    expect(await refused({ company: [ann.id] })).toEqual(["company invalid_uuid"]);
    expect(await refused({ friends: Array(101).fill(ann.id) })).toEqual(["friends too_many_items"]);
    const bulk = await owner.post<{ results: { status: string; errors?: unknown }[] }>(
      "/api/data/contacts/bulk-create",
      { records: [{ title: "A", company: theirs.id }, { title: "B" }] },
    );
    expect(bulk.body.results).toMatchObject([
      { status: "failed", errors: [{ path: "records[0].company", code: "unknown_record" }] },
      { status: "created" },
    ]);
  });
});

describe("a write of links", () => {
  it("replaces what it names, is a change of that record alone, and nothing where nothing changes", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    const [acme, zeta] = [
      await add(owner, "companies", { title: "Acme" }),
      await add(owner, "companies", { title: "Zeta" }),
    ];
    const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
    const path = `/api/data/contacts/${ann.id}`;
    expect((await owner.patch<Wire>(path, { company: acme.id, friends: null })).body.version).toBe(1);
    expect((await owner.patch<Wire>(path, { company: zeta.id })).body).toMatchObject({
      version: 2,
      company: { id: zeta.id, title: "Zeta" },
    });
    expect((await owner.patch<Wire>(path, { title: "Anna" })).body).toMatchObject({
      version: 3,
      company: { id: zeta.id, title: "Zeta" },
    });
    expect(await read(owner, "companies", acme)).toMatchObject({ version: 1, staff: [] });
    const stale = await owner.patch(path, { company: acme.id }, { headers: { "if-match": '"1"' } });
    expect([stale.status, issues(stale)]).toEqual([412, ["company changed_meanwhile"]]);
    for (const blank of [null, ""]) {
      expect((await owner.patch<Wire>(path, { company: blank })).body).toMatchObject({
        version: 4,
        company: null,
      });
    }
    expect(await read(owner, "companies", zeta)).toMatchObject({ version: 1, staff: [] });
  });

  it("from the back side takes records away from where they were", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    const [acme, zeta] = [
      await add(owner, "companies", { title: "Acme" }),
      await add(owner, "companies", { title: "Zeta" }),
    ];
    const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
    const bob = await add(owner, "contacts", { title: "Bob", company: acme.id });
    const moved = await owner.patch<Wire>(`/api/data/companies/${zeta.id}`, { staff: [ann.id] });
    expect(moved.body).toMatchObject({ version: 2, staff: [{ id: ann.id, title: "Ann" }] });
    expect(await read(owner, "companies", acme)).toMatchObject({ version: 1, staff: [{ id: bob.id }] });
    expect(await read(owner, "contacts", ann)).toMatchObject({ version: 1, company: { title: "Zeta" } });
    const created = await add(owner, "companies", { title: "New", staff: [ann.id, bob.id] });
    expect(created.staff).toEqual([
      { id: bob.id, title: "Bob" },
      { id: ann.id, title: "Ann" },
    ]);
    expect(await read(owner, "companies", created)).toEqual(created);
    expect(await rows(owner)).toBe(2);
  });

  it("goes through all bulk verbs, the last of several claims winning", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    await owner.put(`${types}/companies/attributes/title`, { unique: true });
    const ann = await add(owner, "contacts", { title: "Ann" });
    const bob = await add(owner, "contacts", { title: "Bob" });
    const bulk = async (verb: string, body: unknown) => {
      const answer = await owner.post<{ succeeded: number; results: { id: string }[] }>(
        `/api/data/${verb}`,
        body,
      );
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.body;
    };
    const { results } = await bulk("companies/bulk-create", {
      records: [
        { title: "A", staff: [ann.id] },
        { title: "B", staff: [ann.id, bob.id] },
        { title: "C", staff: [bob.id] },
      ],
    });
    const staff = async () =>
      (await Promise.all(results.map((one) => read(owner, "companies", one)))).map((one) =>
        (one.staff as Link[]).map((link) => link.title),
      );
    expect(await staff()).toEqual([[], ["Ann"], ["Bob"]]);
    await bulk("companies/upsert", {
      key: "title",
      records: [
        { title: "B", staff: [] },
        { title: "A", staff: [bob.id] },
        { title: "D", staff: [ann.id] },
      ],
    });
    expect(await staff()).toEqual([["Bob"], [], []]);
    expect(await read(owner, "contacts", ann)).toMatchObject({ company: { title: "D" } });
    const updated = await bulk("contacts/bulk-update", {
      records: [
        { id: ann.id, company: results[0]?.id, friends: [bob.id] },
        { id: bob.id, company: results[0]?.id },
      ],
    });
    expect(updated.succeeded).toBe(2);
    expect(await staff()).toEqual([["Bob", "Ann"], [], []]);
    expect(await read(owner, "contacts", bob)).toMatchObject({ version: 1, friend_of: [{ title: "Ann" }] });
    const many = await bulk("contacts/bulk-create", {
      records: Array.from({ length: 1_000 }, (_, i) => ({
        title: `N${i}`,
        company: results[1]?.id,
        friends: [ann.id],
      })),
    });
    expect(many.succeeded).toBe(1_000);
    expect(
      await found(owner, "companies", { field: "staff", op: "has_any", value: [many.results[0]?.id] }),
    ).toEqual(["B"]);
  });

  it("costs two trips, and reading it one", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    const acme = await add(owner, "companies", { title: "Acme" });
    const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
    const made = await owner.post("/api/data/contacts", {
      title: "Bob",
      company: acme.id,
      friends: [ann.id],
    });
    expect(made.cost.trips).toBeLessThanOrEqual(2);
    expect(made.cost.rowsRead).toBeLessThanOrEqual(40);
    const changed = await owner.patch(`/api/data/contacts/${ann.id}`, { company: null });
    expect(changed.cost.trips).toBeLessThanOrEqual(2);
    const list = await owner.get<{ data: Wire[] }>("/api/data/contacts");
    expect(list.cost.trips).toBe(1);
    const one = await owner.get(`/api/data/contacts/${ann.id}`);
    expect(one.cost).toMatchObject({ trips: 1 });
    expect(one.cost.rowsRead).toBeLessThanOrEqual(15);
  });
});

describe("many links", () => {
  it("are shown up to a hundred, and are then changed from the other side", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    const acme = await add(owner, "companies", { title: "Acme" });
    const records = Array.from({ length: 101 }, (_, i) => ({ title: `N${i}`, company: acme.id }));
    const { body } = await owner.post<{ results: { id: string }[] }>("/api/data/contacts/bulk-create", {
      records,
    });
    const last = body.results.at(-1)?.id ?? "";
    const { staff } = (await read(owner, "companies", acme)) as unknown as { staff: Link[] };
    expect(staff.map((link) => link.title)).toEqual(Array.from({ length: 100 }, (_, i) => `N${100 - i}`));
    const path = `/api/data/companies/${acme.id}`;
    expect(issues(await owner.patch(path, { staff: [last] }))).toEqual(["staff too_many_links"]);
    expect((await owner.patch(path, { title: "Acme & Co" })).status).toBe(200);
    await owner.patch(`/api/data/contacts/${last}`, { company: null });
    expect((await owner.patch<{ staff: Link[] }>(path, { staff: [last] })).body.staff).toHaveLength(1);
  });
});

describe("the trash", () => {
  it("unlinks for everyone, and restoring brings the links back", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    const [acme, zeta] = [
      await add(owner, "companies", { title: "Acme" }),
      await add(owner, "companies", { title: "Zeta" }),
    ];
    const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
    const bob = await add(owner, "contacts", { title: "Bob", company: acme.id });
    await owner.delete(`/api/data/companies/${acme.id}`);
    expect(await read(owner, "contacts", ann)).toMatchObject({ version: 1, company: null });
    expect(await found(owner, "contacts", { field: "company", op: "blank" })).toEqual(["Ann", "Bob"]);
    expect(await found(owner, "contacts", { field: "company", value: acme.id })).toEqual([]);
    // Whoever is linked elsewhere meanwhile stays there.
    await owner.patch(`/api/data/contacts/${bob.id}`, { company: zeta.id });
    const back = await owner.post<Wire>(`/api/data/companies/${acme.id}/restore`);
    expect(back.body.staff).toEqual([{ id: ann.id, title: "Ann" }]);
    expect(await read(owner, "contacts", bob)).toMatchObject({ company: { id: zeta.id } });
    expect(await found(owner, "contacts", { field: "company", op: "not_blank" })).toEqual(["Ann", "Bob"]);
  });

  it("keeps what a list that is replaced does not show", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    const acme = await add(owner, "companies", { title: "Acme" });
    const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
    const bob = await add(owner, "contacts", { title: "Bob" });
    await owner.delete(`/api/data/contacts/${ann.id}`);
    const path = `/api/data/companies/${acme.id}`;
    expect((await owner.patch<Wire>(path, { staff: [bob.id] })).body.staff).toEqual([
      { id: bob.id, title: "Bob" },
    ]);
    expect((await owner.post<Wire>(`/api/data/contacts/${ann.id}/restore`)).body).toMatchObject({
      company: { id: acme.id },
    });
    expect((await read(owner, "companies", acme)).staff).toHaveLength(2);
  });
});

describe("rights", () => {
  it("to view decide over titles and over what may be linked", async () => {
    const tenant = await world.tenant();
    const { owner } = tenant;
    const { companies } = await crm(owner);
    const blind = await tenant.member({ permissions: ["contacts:view", "contacts:create", "contacts:edit"] });
    const partial = await tenant.member({
      permissions: ["contacts:view", "contacts:create", "companies:view", "companies:create"],
    });
    await confine(partial, companies, "view");
    const acme = await add(owner, "companies", { title: "Acme" });
    const own = await add(partial, "companies", { title: "Own" });
    const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
    expect(await read(blind, "contacts", ann)).toMatchObject({ company: { id: acme.id, title: null } });
    expect(await read(partial, "contacts", ann)).toMatchObject({ company: { id: acme.id, title: null } });
    const list = await blind.get<{ data: Wire[] }>("/api/data/contacts");
    expect(list.body.data).toMatchObject([{ company: { id: acme.id, title: null } }]);
    const link = (client: Client, id: string) =>
      client.post("/api/data/contacts", { title: "New", company: id });
    expect(issues(await link(blind, acme.id))).toEqual(["company unknown_record"]);
    expect(issues(await link(partial, acme.id))).toEqual(["company unknown_record"]);
    expect((await link(partial, own.id)).body).toMatchObject({ company: { id: own.id, title: "Own" } });
    // What one has read one may send back.
    const kept = await blind.patch<Wire>(`/api/data/contacts/${ann.id}`, {
      title: "Anna",
      company: { id: acme.id, title: null },
    });
    expect(kept.body).toMatchObject({ version: 2, company: { id: acme.id, title: null } });
  });

  it("to edit the records at the front are needed to change links from the back", async () => {
    const tenant = await world.tenant();
    const { owner } = tenant;
    const { contacts } = await crm(owner);
    const permissions = ["companies:view", "companies:edit", "contacts:view"];
    const reader = await tenant.member({ permissions });
    const writer = await tenant.member({
      permissions: [...permissions, "contacts:create", "contacts:edit"],
    });
    await confine(writer, contacts, "edit");
    const acme = await add(owner, "companies", { title: "Acme" });
    const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
    const mine = await add(writer, "contacts", { title: "Mine" });
    const path = `/api/data/companies/${acme.id}`;
    expect(issues(await reader.patch(path, { staff: [] }))).toEqual(["staff not_allowed"]);
    expect(issues(await writer.patch(path, { staff: [mine.id] }))).toEqual(["staff not_allowed"]);
    expect((await reader.patch(path, { title: "Acme!", staff: [ann.id] })).status).toBe(200);
    expect((await writer.patch<Wire>(path, { staff: [ann.id, mine.id] })).body.staff).toHaveLength(2);
  });

  it("that are taken meanwhile are missed", async () => {
    const tenant = await world.tenant();
    const { owner } = tenant;
    await crm(owner);
    const client = await tenant.member({
      permissions: ["contacts:create", "contacts:view", "companies:view"],
    });
    const acme = await add(owner, "companies", { title: "Acme" });
    const { body: roles } = await owner.get<{ id: string; name: string }[]>("/api/roles");
    const role = roles.find(({ name }) => name.startsWith("Role "))?.id;
    client.beforeCommit(() =>
      owner.put(`/api/roles/${role}`, { name: "Less", permissions: ["contacts:create", "contacts:view"] }),
    );
    expect(issues(await client.post("/api/data/contacts", { title: "New", company: acme.id }))).toEqual([
      "company unknown_record",
    ]);
  });
});

describe("two at once", () => {
  it("who link one record to different ones leave it with one link", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    const [acme, zeta] = [
      await add(owner, "companies", { title: "Acme" }),
      await add(owner, "companies", { title: "Zeta" }),
    ];
    const ann = await add(owner, "contacts", { title: "Ann" });
    owner.beforeCommit(() => owner.patch(`/api/data/companies/${zeta.id}`, { staff: [ann.id] }));
    expect((await owner.patch(`/api/data/companies/${acme.id}`, { staff: [ann.id] })).status).toBe(200);
    expect(await rows(owner)).toBe(1);
    expect(await read(owner, "contacts", ann)).toMatchObject({ company: { id: acme.id } });
    owner.beforeCommit(() => owner.patch(`/api/data/companies/${zeta.id}`, { staff: [ann.id] }));
    expect((await owner.patch(`/api/data/contacts/${ann.id}`, { company: null })).status).toBe(200);
    expect(await rows(owner)).toBe(1);
    expect(await read(owner, "contacts", ann)).toMatchObject({ company: { id: zeta.id } });
  });
});

describe("lists", () => {
  it("filter by links, and by nothing that links do not have", async () => {
    const { owner } = await world.tenant();
    await crm(owner);
    const [acme, zeta] = [
      await add(owner, "companies", { title: "Acme" }),
      await add(owner, "companies", { title: "Zeta" }),
    ];
    const ann = await add(owner, "contacts", { title: "Ann", company: acme.id });
    const bob = await add(owner, "contacts", { title: "Bob", company: zeta.id, friends: [ann.id] });
    await add(owner, "contacts", { title: "Cid", friends: [ann.id, bob.id] });
    const none = crypto.randomUUID();
    const contacts = (op: string, value?: unknown, field = "company") =>
      found(owner, "contacts", { field, op, value });
    expect(await contacts("neq", acme.id)).toEqual(["Bob", "Cid"]);
    expect(await contacts("in", [acme.id, { id: zeta.id }, none])).toEqual(["Ann", "Bob"]);
    expect(await contacts("in", [zeta.id, null])).toEqual(["Bob", "Cid"]);
    expect(await contacts("not_in", [acme.id, zeta.id])).toEqual(["Cid"]);
    expect(await contacts("eq", none)).toEqual([]);
    expect(await contacts("has_any", [ann.id, none], "friends")).toEqual(["Bob", "Cid"]);
    expect(await contacts("has_all", [ann.id, bob.id], "friends")).toEqual(["Cid"]);
    expect(await contacts("has_all", [ann.id, none], "friends")).toEqual([]);
    expect(await contacts("has_none", [bob.id], "friends")).toEqual(["Ann", "Bob"]);
    expect(await contacts("has_any", [bob.id], "friend_of")).toEqual(["Ann"]);
    expect(await contacts("blank", undefined, "friend_of")).toEqual(["Cid"]);
    expect(await contacts("not_blank", undefined, "friend_of")).toEqual(["Ann", "Bob"]);
    const query = async (body: unknown) => issues(await owner.post("/api/data/contacts/query", body));
    expect(await query({ filters: { field: "company", op: "has_any", value: [] } })).toEqual([
      "filters.op unknown_operator",
    ]);
    expect(await query({ filters: { field: "company", value: "Acme" } })).toEqual([
      "filters.value invalid_uuid",
    ]);
    expect(await query({ sort: "company" })).toEqual(["sort[0] unknown_field"]);
    expect(await query({ q: "Acme", search_fields: "company" })).toEqual(["search_fields[0] unknown_field"]);
    expect((await owner.get("/api/data/contacts/group-by/friends")).status).toBe(404);
  });
});

/** What a client may send back of an attribute that it has read. */
function rewritable({ id: _id, entity_type_id, position, access, ...rest }: Wire): Record<string, unknown> {
  return rest;
}

/** How many rows the tenant has in the table of links. */
async function rows({ tenantId }: MemberClient): Promise<number> {
  const count = "SELECT count(*) AS n FROM record_links WHERE tenant_id = ?";
  return (await env.TENANTS_01.prepare(count).bind(tenantId).first<number>("n")) ?? 0;
}
