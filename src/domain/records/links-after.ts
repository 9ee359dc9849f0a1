import type { EntityType } from "../entity-types/entity-type.ts";
import type { ParsedLinks } from "./parse-links.ts";
import type { StoredLink, StoredLinks, StoredRecord } from "./stored-record.ts";

/**
 * A record's links when a change of them is committed. A record that is linked to itself is at both sides, so the other
 * one changes, too.
 */
export function linksAfter(
  { attributes }: EntityType,
  record: StoredRecord,
  changes: readonly ParsedLinks[],
): StoredLinks {
  const links = new Map(record.links);
  const { number, id, title, ownerId } = record;
  const self: StoredLink = { number, id, title, ownerId };
  for (const { attribute, link, wanted } of changes) {
    links.set(attribute.number, wanted);
    if (link.otherType !== record.type) continue;
    const inverse = attributes.find((other) => other.id === attribute.settings.inverse_attribute_id);
    if (!inverse) continue;
    const others = (links.get(inverse.number) ?? []).filter((linked) => linked.number !== number);
    const isLinked = wanted.some((linked) => linked.number === number);
    const isSingle = inverse.settings.allow_multiple_selection !== true;
    const mirrored = isLinked ? [...(isSingle ? [] : others), self] : others;
    links.set(
      inverse.number,
      mirrored.toSorted((a, b) => b.number - a.number),
    );
  }
  return links;
}
