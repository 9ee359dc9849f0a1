import { env } from "cloudflare:workers";
import type { Json } from "../../src/domain/attribute-kinds/kind.ts";
import type { EntityType } from "../../src/domain/entity-types/entity-type.ts";
import { derive } from "../../src/domain/records/derive.ts";
import { timestamp } from "../../src/lib/clock.ts";
import { keysBetween } from "../../src/lib/fractional-key.ts";
import { openTenantStorage, type TenantStorage } from "../../src/storage/index.ts";
import type { D1Meter } from "../../src/storage/meter.ts";
import { makeWorld, type World } from "./world.ts";

/** A table that is long enough for its costs to show. */
export interface DealsTable {
  readonly storage: TenantStorage;
  readonly entityType: EntityType;
  readonly memberId: string;
}

/**
 * `amount` is different for every deal and spread over the table; `stage` is the same for one in seven, `region` for
 * one in 45, `batch` for one in 2,000, `code` for twenty deals; `late` is 1 for those 15 % whose amounts are the
 * highest, and 0 for the others; `weight` and `manager` have no index rows.
 */
export const DEAL_ATTRIBUTES = [
  { name: "title", display_name: "Title", value_type: "string" },
  { name: "amount", display_name: "Amount", value_type: "integer" },
  { name: "stage", display_name: "Stage", value_type: "integer" },
  { name: "code", display_name: "Code", value_type: "integer" },
  { name: "region", display_name: "Region", value_type: "integer" },
  { name: "batch", display_name: "Batch", value_type: "integer" },
  { name: "late", display_name: "Late", value_type: "integer" },
  { name: "weight", display_name: "Weight", value_type: "float", indexed: false },
  { name: "manager", display_name: "Manager", value_type: "user", indexed: false },
];

function valuesOf(n: number, size: number, memberId: string): Record<string, Json> {
  return {
    title: `Сделка ${n}`,
    amount: (n * 7_919) % 100_003,
    stage: n % 7,
    code: n % (size / 20),
    region: n % 45,
    batch: n % 2_000,
    late: (n * 7_919) % 100_003 > 85_000 ? 1 : 0,
    weight: n / 3,
    manager: memberId,
  };
}

/** Makes a table of `size` deals beside another one, in a company of their own. Half of the deals are the member's. */
export async function dealsTable(
  size: number,
  meter?: D1Meter,
  world: World = makeWorld(),
): Promise<DealsTable> {
  const { owner, id } = await world.tenant({ shard: "01" });
  for (const name of ["others", "deals"]) {
    const type = { name, display_name: name, attributes: DEAL_ATTRIBUTES };
    const { status, text } = await owner.post("/api/meta/entity-types", type);
    if (status !== 201) throw new Error(text);
  }
  const storage = openTenantStorage(env.TENANTS_01, id, meter);
  const half = (n: number) => (n % 2 === 0 ? owner.memberId : null);
  await fillDeals(storage, "others", size, owner.memberId, half);
  return {
    storage,
    memberId: owner.memberId,
    entityType: await fillDeals(storage, "deals", size, owner.memberId, half),
  };
}

/** Adds `size` deals to an empty table, as so many requests would have; `ownerOf` tells whose the n-th is. */
export async function fillDeals(
  storage: TenantStorage,
  name: string,
  size: number,
  memberId: string,
  ownerOf: (n: number) => string | null,
): Promise<EntityType> {
  const [entityType] = await storage.read([storage.entityTypes.find(name)]);
  if (!entityType) throw new Error(`no ${name}`);
  const keys = new Map(entityType.attributes.map((attribute) => [attribute.name, `a${attribute.number}`]));
  const positions = keysBetween(null, null, size);
  const now = timestamp({ now: () => new Date() });
  for (let start = 0; start < size; start += 1_000) {
    const added = Array.from({ length: Math.min(1_000, size - start) }, (_, i) => {
      const n = start + i;
      const data = Object.fromEntries(
        Object.entries(valuesOf(n, size, memberId)).map(([field, value]) => [keys.get(field), value]),
      );
      const rows = derive(entityType, data);
      const record = {
        id: crypto.randomUUID(),
        version: 1,
        // A new record goes first.
        position: positions[size - 1 - n] as string,
        title: rows.title,
        data,
        ownerId: ownerOf(n),
        createdBy: memberId,
        createdAt: now,
        updatedAt: now,
      };
      return { record, rows };
    });
    await storage.commit(storage.records.insert(entityType, added));
  }
  const [filled] = await storage.read([storage.entityTypes.find(name)]);
  return filled as EntityType;
}
