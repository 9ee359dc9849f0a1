import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { openPlatform } from "../../../src/compose.ts";
import type { WireAttribute } from "../../../src/domain/attributes/wire-attribute.ts";
import type { WireJob } from "../../../src/domain/jobs/wire-job.ts";
import { jobContext, run, runAndDie, worldOfLongTables } from "../../support/jobs.ts";
import { proof } from "../../support/proof.ts";
import { recordingDatabases } from "../../support/recording-d1.ts";
import { rowsOutOfStep } from "../../support/rows-in-step.ts";
import type { MemberClient, TestTenant } from "../../support/world.ts";

const SEED = 20_261_124;
const world = worldOfLongTables();
const attributes = "/api/meta/entity-types/deals/attributes";
const deals = "/api/data/deals";

const text = fc.constantFrom("Ёлка", "елка", "Омск", "Tula 12", "12", "4,5", "true", "", "2025-01-02");
const write = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), code: text }),
  fc.record({ kind: fc.constant("update" as const), which: fc.nat(), code: text }),
  fc.record({ kind: fc.constant("delete" as const), which: fc.nat() }),
  fc.record({ kind: fc.constant("restore" as const), which: fc.nat() }),
  fc.record({ kind: fc.constant("bulk" as const), code: text }),
);
const happening = fc.oneof(
  write,
  fc.record({ kind: fc.constant("step" as const) }),
  // Just before a step is committed.
  fc.record({ kind: fc.constant("step_disturbed" as const), by: write }),
  fc.record({ kind: fc.constant("die" as const), batches: fc.nat(4), lostReply: fc.boolean() }),
);
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

async function idsOf(owner: MemberClient, inTrash: boolean): Promise<string[]> {
  const { body } = await owner.get<{ data: { id: string }[] }>(
    `${deals}?limit=200${inTrash ? "&trash=true" : ""}`,
  );
  return body.data.map(({ id }) => id).sort();
}

async function doWrite(owner: MemberClient, change: Write): Promise<void> {
  const { kind } = change;
  if (kind === "create") return void (await owner.post(deals, { title: "new", code: change.code }));
  if (kind === "bulk") {
    const records = ["a", "b"].map((title) => ({ title, code: change.code }));
    return void (await owner.post(`${deals}/bulk-create`, { records }));
  }
  const ids = await idsOf(owner, kind === "restore");
  const id = ids[change.which % Math.max(1, ids.length)];
  if (id === undefined) return;
  if (kind === "update") await owner.patch(`${deals}/${id}`, { code: change.code });
  else if (kind === "delete") await owner.delete(`${deals}/${id}`);
  else await owner.post(`${deals}/${id}/restore`);
}

/** One step, with a write between its decision and its commit. */
async function disturbedStep(tenant: TestTenant, jobId: string, change: Write): Promise<void> {
  let pending = true;
  const bindings = recordingDatabases(async ({ statements }) => {
    if (!pending || !statements.some(({ sql }) => /UPDATE jobs SET (place|status = \?3)/.test(sql))) return;
    pending = false;
    await doWrite(tenant.owner, change);
  });
  const platform = openPlatform({ ...env, ...bindings, JOBS: world.queue } as unknown as Env);
  const { work, clock } = jobContext(world, tenant);
  await run({ ...platform.openTenant(tenant.shard, tenant.id), work, clock }, jobId, 1);
}

const beginnings = {
  index: (owner: MemberClient) => owner.put<WireAttribute>(`${attributes}/code`, { indexed: true }),
  unique: (owner: MemberClient) =>
    owner.put<WireAttribute>(`${attributes}/code`, { unique: true, indexed: true }),
  numbers: (owner: MemberClient) =>
    owner.post<WireAttribute>(attributes, { name: "no", display_name: "No", value_type: "autonumber" }),
};

it.each(Object.keys(beginnings) as (keyof typeof beginnings)[])(
  "%s: whatever happens meanwhile, the rows are those of the records",
  async (what) => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const runs = proof(`jobs beside writes: ${what}`, { full: 300, reduced: 5 }, SEED);
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 4, maxLength: 9 }),
        fc.array(happening, { maxLength: 10 }),
        async (codes, happenings) => {
          const tenant = await world.tenant();
          const { owner } = tenant;
          await owner.post("/api/meta/entity-types", {
            name: "deals",
            display_name: "Deals",
            attributes: [
              { name: "title", display_name: "Title", value_type: "string" },
              { name: "code", display_name: "Code", value_type: "string", indexed: false },
            ],
          });
          await owner.post(`${deals}/bulk-create`, {
            records: codes.map((code, i) => ({ title: `${i}`, code })),
          });
          const begun = await beginnings[what](owner);
          const jobId = begun.body.job_id ?? "";
          expect(begun.status, begun.text).toBeLessThan(300);
          expect(jobId).not.toBe("");
          for (const each of happenings) {
            if (each.kind === "step") await run(jobContext(world, tenant), jobId, 1);
            else if (each.kind === "step_disturbed") await disturbedStep(tenant, jobId, each.by);
            else if (each.kind === "die") await runAndDie(world, tenant, jobId, each);
            else await doWrite(owner, each);
            expect(await rowsOutOfStep(tenant)).toEqual([]);
          }
          await run(jobContext(world, tenant), jobId);
          const { body: job } = await owner.get<WireJob>(`/api/jobs/${jobId}`);
          if (what === "unique") expect(job.status).toMatch(/done|failed/);
          else expect(job.status).toBe("done");
          expect(await rowsOutOfStep(tenant)).toEqual([]);
        },
      ),
      { numRuns: runs, seed: SEED },
    );
  },
);
