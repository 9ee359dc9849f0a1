import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { WireAttribute } from "../../src/domain/attributes/wire-attribute.ts";
import type { WireEntityType } from "../../src/domain/entity-types/wire-entity-type.ts";
import type { WireOption, WireSelectList } from "../../src/domain/select-lists/wire-select-list.ts";
import { type MemberClient, makeWorld } from "../support/world.ts";

const world = makeWorld();
const path = "/api/meta/select-lists";
const leadAttributes = "/api/meta/entity-types/leads/attributes";

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}

function found({ body }: { body: Problem }): string[] {
  return (body.errors ?? []).map((issue) => `${issue.path} ${issue.code}`);
}

async function createList(
  owner: MemberClient,
  options: readonly unknown[] = ["New", "Won"],
): Promise<WireSelectList> {
  const { status, body, text } = await owner.post<WireSelectList>(path, { name: "Stages", options });
  expect(status, text).toBe(201);
  return body;
}

async function useList(owner: MemberClient, listId: string, more: object = {}): Promise<WireAttribute> {
  const definition = { name: "stage", display_name: "Stage", value_type: "select", select_list_id: listId };
  const { status, body, text } = await owner.post<WireAttribute>(leadAttributes, { ...definition, ...more });
  expect(status, text).toBe(201);
  return body;
}

async function addLead(owner: MemberClient, stage: string): Promise<string> {
  const lead = { organization_name: "Acme", stage };
  const { status, body, text } = await owner.post<{ id: string }>("/api/data/leads", lead);
  expect(status, text).toBe(201);
  return body.id;
}

async function stageOf(owner: MemberClient, id: string): Promise<unknown> {
  return (await owner.get<{ stage: unknown }>(`/api/data/leads/${id}`)).body.stage;
}

async function optionsOf(owner: MemberClient, listId: string): Promise<[string, number][]> {
  const { body } = await owner.get<WireSelectList>(`${path}/${listId}`);
  return body.options.map(({ value, position }) => [value, position]);
}

function option({ options }: { options?: readonly WireOption[] }, value: string): string {
  return options?.find((candidate) => candidate.value === value)?.id ?? "nothing";
}

describe("lists", () => {
  it("are made, read, renamed and deleted", async () => {
    const { owner } = await world.tenant();
    const made = await owner.post<WireSelectList>(path, {
      name: "Stages",
      options: ["New", { value: "Won", color: "GREEN" }],
    });
    expect(made.status).toBe(201);
    expect(made.headers.get("location")).toBe(`${path}/${made.body.id}`);
    expect(made.body).toMatchObject({
      name: "Stages",
      options: [
        { value: "New", color: null, position: 1 },
        { value: "Won", color: "green", position: 2 },
      ],
    });
    expect((await owner.get(`${path}/${made.body.id}`)).body).toEqual(made.body);
    expect((await owner.get(path)).body).toEqual([made.body]);
    const renamed = await owner.put(`${path}/${made.body.id}`, { name: "Steps" });
    expect(renamed.body).toEqual({ ...made.body, name: "Steps" });
    expect((await owner.delete(`${path}/${made.body.id}`)).status).toBe(204);
    expect((await owner.delete(`${path}/${made.body.id}`)).status).toBe(404);
    expect((await owner.get(path)).body).toEqual([]);
  });

  it("have names that differ, whatever their letters", async () => {
    const { owner } = await world.tenant();
    await createList(owner);
    const other = await owner.post<WireSelectList>(path, { name: "Other" });
    const twin = await owner.post<Problem>(path, { name: "STAGES" });
    expect([twin.status, twin.body.code]).toEqual([409, "name_taken"]);
    const renamed = await owner.put<Problem>(`${path}/${other.body.id}`, { name: "stages" });
    expect([renamed.status, renamed.body.code]).toEqual([409, "name_taken"]);
  });

  it("refuse options that are wrong", async () => {
    const { owner } = await world.tenant();
    const options = ["New", "new", { value: "x", color: "?" }, { colour: "red" }, "", 7];
    expect(found(await owner.post<Problem>(path, { name: "Stages", options }))).toEqual([
      "options[1] already_taken",
      "options[2].color not_a_color",
      "options[3].colour unknown_field",
      "options[3].value required",
      "options[4] required",
      "options[5] wrong_type",
    ]);
    const many = Array.from({ length: 501 }, (_, i) => `${i}`);
    expect(found(await owner.post<Problem>(path, { name: "Stages", options: many }))).toEqual([
      "options too_many_items",
    ]);
  });

  it("are seen by whoever sees a table, and changed with meta:manage", async () => {
    const { owner, member } = await world.tenant();
    const { id, options } = await createList(owner);
    const seller = await member({ permissions: ["individuals:view"] });
    const nobody = await member();
    expect((await seller.get<WireSelectList[]>(path)).body).toHaveLength(1);
    expect((await seller.get(`${path}/${id}`)).status).toBe(200);
    expect((await nobody.get(path)).status).toBe(403);
    expect((await nobody.get(`${path}/${id}`)).status).toBe(403);
    const answers = [
      await seller.post(path, { name: "X" }),
      await seller.put(`${path}/${id}`, { name: "X" }),
      await seller.delete(`${path}/${id}`),
      await seller.post(`${path}/${id}/options`, { value: "X" }),
      await seller.put(`${path}/${id}/options/${options[0]?.id}`, { value: "X" }),
      await seller.delete(`${path}/${id}/options/${options[0]?.id}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
  });

  it("are named by their ids however these are written", async () => {
    const { owner } = await world.tenant();
    const list = await createList(owner);
    expect(await useList(owner, ` ${list.id.toUpperCase()}`)).toMatchObject({ select_list_id: list.id });
  });

  it("belong to one tenant", async () => {
    const ours = await world.tenant();
    const theirs = await world.tenant();
    const list = await createList(ours.owner);
    const one = `${path}/${list.id}/options/${list.options[0]?.id}`;
    const answers = [
      await theirs.owner.get(`${path}/${list.id}`),
      await theirs.owner.put(`${path}/${list.id}`, { name: "X" }),
      await theirs.owner.delete(`${path}/${list.id}`),
      await theirs.owner.post(`${path}/${list.id}/options`, { value: "X" }),
      await theirs.owner.put(one, { value: "X" }),
      await theirs.owner.delete(one),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await theirs.owner.get(path)).body).toEqual([]);
    const stolen = { name: "s", display_name: "S", value_type: "select", select_list_id: list.id };
    expect(found(await theirs.owner.post<Problem>(leadAttributes, stolen))).toEqual([
      "select_list_id unknown_select_list",
    ]);
    expect((await ours.owner.get(`${path}/${list.id}`)).body).toEqual(list);
  });

  it("of one attribute are private: reachable, but not shared, renamed or deleted", async () => {
    const { owner, member } = await world.tenant();
    const leads = await owner.get<WireEntityType>("/api/meta/entity-types/leads");
    const status = leads.body.attributes.find(({ name }) => name === "lead_status");
    const id = status?.select_list_id;
    expect((await owner.get(path)).body).toEqual([]);
    const list = await owner.get<WireSelectList>(`${path}/${id}`);
    expect(list.body).toEqual({ id, name: null, options: status?.options });
    const added = await owner.post(`${path}/${id}/options`, { value: "Frozen" });
    expect(added.status).toBe(201);
    const lead = await owner.post("/api/data/leads", { organization_name: "Acme", lead_status: "Frozen" });
    expect(lead.status).toBe(201);

    const renamed = await owner.put<Problem>(`${path}/${id}`, { name: "Mine" });
    expect([renamed.status, renamed.body.code]).toEqual([409, "invalid_state"]);
    const deleted = await owner.delete<Problem>(`${path}/${id}`);
    expect([deleted.status, deleted.body.code]).toEqual([409, "in_use"]);
    expect(deleted.body.detail).toContain("leads.lead_status");
    const shared = { name: "s", display_name: "S", value_type: "select", select_list_id: id };
    expect(found(await owner.post<Problem>(leadAttributes, shared))).toEqual([
      "select_list_id unknown_select_list",
    ]);
    const seller = await member({ permissions: ["leads:view"] });
    expect((await seller.get(`${path}/${id}`)).status).toBe(200);
    const stranger = await member({ permissions: ["individuals:view"] });
    expect((await stranger.get(`${path}/${id}`)).status).toBe(403);
  });
});

describe("options", () => {
  it("are added at the end or at a place, with an answer in two trips", async () => {
    const { owner } = await world.tenant();
    const { id } = await createList(owner);
    const last = await owner.post<WireOption>(`${path}/${id}/options`, { value: " Lost ", color: "#C00" });
    expect(last.status).toBe(201);
    expect(last.cost.trips).toBe(2);
    expect(last.body).toMatchObject({ value: "Lost", color: "#c00", position: 3 });
    const second = await owner.post<WireOption>(`${path}/${id}/options`, { value: "Hot", position: 2 });
    expect(second.body.position).toBe(2);
    const far = await owner.post<WireOption>(`${path}/${id}/options`, { value: "Far", position: 400 });
    expect(far.body.position).toBe(5);
    expect(await optionsOf(owner, id)).toEqual([
      ["New", 1],
      ["Hot", 2],
      ["Won", 3],
      ["Lost", 4],
      ["Far", 5],
    ]);
  });

  it("are moved, coloured and renamed without touching a record", async () => {
    const { owner } = await world.tenant();
    const list = await createList(owner, ["New", "Hot", "Won"]);
    await useList(owner, list.id);
    const id = await addLead(owner, "Won");
    const before = await owner.get(`/api/data/leads/${id}`);
    const one = `${path}/${list.id}/options/${option(list, "Won")}`;
    const changed = await owner.put<WireOption>(one, { value: "Closed", color: "#1a7f37", position: 1 });
    expect(changed.body).toEqual({
      id: option(list, "Won"),
      value: "Closed",
      color: "#1a7f37",
      position: 1,
    });
    expect(await optionsOf(owner, list.id)).toEqual([
      ["Closed", 1],
      ["New", 2],
      ["Hot", 3],
    ]);
    const after = await owner.get(`/api/data/leads/${id}`);
    expect(after.body).toEqual({ ...before.body, stage: "Closed" });
    const plain = await owner.put<WireOption>(one, { color: null });
    expect(plain.body).toMatchObject({ value: "Closed", color: null, position: 1 });
    const moved = await owner.put<WireOption>(one, { position: 99 });
    expect(moved.body.position).toBe(3);
  });

  it("have values that differ, whatever their letters", async () => {
    const { owner } = await world.tenant();
    const list = await createList(owner, ["Новый", "Ёж"]);
    const twin = await owner.post<Problem>(`${path}/${list.id}/options`, { value: "еж" });
    expect([twin.status, twin.body.code]).toEqual([409, "name_taken"]);
    const one = `${path}/${list.id}/options/${option(list, "Новый")}`;
    const renamed = await owner.put<Problem>(one, { value: "ЕЖ" });
    expect([renamed.status, renamed.body.code]).toEqual([409, "name_taken"]);
    expect((await owner.put(one, { value: "НОВЫЙ" })).status).toBe(200);
  });

  it("refuse what is wrong", async () => {
    const { owner } = await world.tenant();
    const list = await createList(owner);
    const wrong = { value: " ", color: "very blue" };
    expect(found(await owner.post<Problem>(`${path}/${list.id}/options`, wrong))).toEqual([
      "value required",
      "color not_a_color",
    ]);
    expect(found(await owner.post<Problem>(`${path}/${list.id}/options`, { position: 0 }))).toEqual([
      "value required",
      "position too_small",
    ]);
    expect((await owner.put(`${path}/${list.id}/options/nothing`, { value: "x" })).status).toBe(404);
    expect((await owner.delete(`${path}/${list.id}/options/nothing`)).status).toBe(404);
    const many = Array.from({ length: 500 }, (_, i) => `${i}`);
    const full = await owner.post<WireSelectList>(path, { name: "Full", options: many });
    const over = await owner.post<Problem>(`${path}/${full.body.id}/options`, { value: "x" });
    expect([over.status, over.body.code]).toEqual([409, "too_many"]);
  });

  it("get numbers that are never used again, also from callers at the same moment", async () => {
    const { owner } = await world.tenant();
    const list = await createList(owner);
    await useList(owner, list.id);
    const gone = await owner.post<WireOption>(`${path}/${list.id}/options`, { value: "Gone" });
    const numberOf = async (value: string) =>
      (
        await env.TENANTS_01.prepare("SELECT number FROM select_options WHERE list_id = ? AND value = ?")
          .bind(list.id, value)
          .first<{ number: number }>()
      )?.number ?? 0;
    const last = await numberOf("Gone");
    await owner.delete(`${path}/${list.id}/options/${gone.body.id}`);
    const answers = await Promise.all(
      ["a", "b", "c"].map((value) => owner.post(`${path}/${list.id}/options`, { value })),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const numbers = await Promise.all(["a", "b", "c"].map(numberOf));
    expect(new Set(numbers).size).toBe(3);
    expect(Math.min(...numbers)).toBeGreaterThan(last);
    expect((await optionsOf(owner, list.id)).map(([, position]) => position)).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([true, false])("in use stay (indexed: %s)", async (indexed) => {
    const { owner } = await world.tenant();
    const list = await createList(owner, ["New", "Won", "Lost"]);
    await useList(owner, list.id, { indexed, default: "New" });
    const won = await addLead(owner, "Won");
    const lost = await addLead(owner, "Lost");
    await owner.delete(`/api/data/leads/${lost}`);
    const remove = (value: string) =>
      owner.delete<Problem>(`${path}/${list.id}/options/${option(list, value)}`);

    const asValue = await remove("Won");
    expect([asValue.status, asValue.body.code]).toEqual([409, "option_in_use"]);
    expect(asValue.body.detail).toContain("leads.stage by 1 records");
    expect((await remove("New")).status).toBe(409);
    await owner.put(`${leadAttributes}/stage`, { default: null });
    expect((await remove("New")).status).toBe(204);
    await owner.patch(`/api/data/leads/${won}`, { stage: null });
    expect((await remove("Won")).status).toBe(204);

    // What lies in the trash does not stand in the way, and comes back with a blank.
    expect((await remove("Lost")).status).toBe(204);
    expect((await owner.post(`/api/data/leads/${lost}/restore`, undefined)).status).toBe(200);
    expect(await stageOf(owner, lost)).toBeNull();
    const { results } = await env.TENANTS_01.prepare(
      `SELECT r.data ->> ('$.a' || a.number) AS value FROM attributes a
       JOIN entity_types t ON t.tenant_id = a.tenant_id AND t.id = a.entity_type_id
       JOIN records r ON r.tenant_id = t.tenant_id AND r.type = t.number
       WHERE a.tenant_id = ? AND a.name = 'stage'`,
    )
      .bind(owner.tenantId)
      .all();
    expect(results).toEqual([{ value: null }, { value: null }]);
  });
});

describe("what changes meanwhile", () => {
  it("an option that a record takes at that moment is not deleted", async () => {
    const { owner } = await world.tenant();
    const list = await createList(owner);
    await useList(owner, list.id);
    owner.beforeCommit(() => addLead(owner, "Won"));
    const answer = await owner.delete<Problem>(`${path}/${list.id}/options/${option(list, "Won")}`);
    expect([answer.status, answer.body.code]).toEqual([409, "option_in_use"]);
    expect(await optionsOf(owner, list.id)).toHaveLength(2);
  });

  it("a record does not take an option that is deleted at that moment", async () => {
    const { owner } = await world.tenant();
    const list = await createList(owner);
    await useList(owner, list.id);
    owner.beforeCommit(() => owner.delete(`${path}/${list.id}/options/${option(list, "Won")}`));
    const lead = { organization_name: "Acme", stage: "Won" };
    expect(found(await owner.post<Problem>("/api/data/leads", lead))).toEqual(["stage unknown_option"]);
  });

  it("a record is decided anew when an option changes at that moment", async () => {
    const { owner } = await world.tenant();
    const list = await createList(owner);
    await useList(owner, list.id);
    const one = `${path}/${list.id}/options/${option(list, "Won")}`;
    owner.beforeCommit(() => owner.put(one, { color: "red" }));
    const lead = await owner.post("/api/data/leads", { organization_name: "Acme", stage: "Won" });
    expect([lead.status, lead.batches.length]).toEqual([201, 4]);
  });

  it("a list that an attribute takes at that moment is not deleted", async () => {
    const { owner } = await world.tenant();
    const list = await createList(owner);
    owner.beforeCommit(() => useList(owner, list.id));
    const answer = await owner.delete<Problem>(`${path}/${list.id}`);
    expect([answer.status, answer.body.code]).toEqual([409, "in_use"]);
  });

  it("an attribute does not take a list, nor a default, that is deleted at that moment", async () => {
    const { owner } = await world.tenant();
    const list = await createList(owner);
    const stage = {
      name: "stage",
      display_name: "Stage",
      value_type: "select",
      select_list_id: list.id,
      default: "Won",
    };
    owner.beforeCommit(() => owner.delete(`${path}/${list.id}/options/${option(list, "Won")}`));
    expect(found(await owner.post<Problem>(leadAttributes, stage))).toEqual(["default unknown_option"]);
    owner.beforeCommit(() => owner.delete(`${path}/${list.id}`));
    expect(found(await owner.post<Problem>(leadAttributes, { ...stage, default: null }))).toEqual([
      "select_list_id unknown_select_list",
    ]);
  });
});
