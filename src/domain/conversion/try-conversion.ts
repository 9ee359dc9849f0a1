import type { Issue } from "../../errors.ts";
import { isId } from "../../lib/ids.ts";
import type { Read } from "../../storage/database.ts";
import { type Attribute, InvalidValue, type Json } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import type { TenantContext } from "../context.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import type { MemberNames } from "../records/stored-record.ts";
import { convertValue } from "./convert-value.ts";

/** What a conversion would come to. */
export type ConversionTrial = {
  /** Records that are not in the trash, and how many of them, the newest, were gone through. */
  total: number;
  checked: number;
  convertible: number;
  blank: number;
  not_convertible: number;
  samples: { record_id: string; value: Json; error: Omit<Issue, "path"> }[];
};

const PAGE = 2_000;
const MOST_SAMPLES = 20;

/** The members that values point at, or may point at. */
export function namesIn(ctx: TenantContext, values: readonly (Json | undefined)[]): Read<MemberNames> {
  const ids = values.flatMap((value) => (typeof value === "string" && isId(value) ? [value] : []));
  return ctx.storage.members.names([...new Set(ids)]);
}

/** Converts the values of the newest records, as many as one request goes through, and writes nothing. */
export async function tryConversion(
  ctx: TenantContext,
  entityType: EntityType,
  { from, to }: { readonly from: Attribute; readonly to: Attribute },
  defaultCountry: string,
): Promise<ConversionTrial> {
  const { storage, work } = ctx;
  const trial: ConversionTrial = {
    total: entityType.recordCount,
    checked: 0,
    convertible: 0,
    blank: 0,
    not_convertible: 0,
    samples: [],
  };
  let last: number | undefined;
  for (;;) {
    const limit = Math.min(PAGE, Math.max(1, work.recordsAtOnce) - trial.checked);
    if (limit <= 0) return trial;
    const [page] = await storage.read([
      storage.recordUpkeep.newestValues(entityType.number, from.number, last, limit),
    ]);
    const [members] = await storage.read([
      namesIn(
        ctx,
        page.map(({ value }) => value),
      ),
    ]);
    for (const { id, value } of page) {
      trial.checked += 1;
      if (value === undefined) {
        trial.blank += 1;
        continue;
      }
      try {
        convertValue(from, to, value, { defaultCountry, members });
        trial.convertible += 1;
      } catch (error) {
        if (!(error instanceof InvalidValue)) throw error;
        trial.not_convertible += 1;
        const shown = kindOf(from).toWire(value, from, {
          memberName: (memberId) => members.get(memberId) ?? undefined,
        });
        const { code, params } = error;
        if (trial.samples.length < MOST_SAMPLES)
          trial.samples.push({ record_id: id, value: shown, error: { code, params } });
      }
    }
    if (page.length < limit) return trial;
    last = page.at(-1)?.record;
  }
}
