import { foldText } from "../../lib/fold-text.ts";
import type { NewAttribute } from "../../storage/attributes.ts";
import type { Write } from "../../storage/database.ts";
import type { NewEntityType } from "../../storage/entity-types.ts";
import { defineAttribute } from "../attributes/define-attribute.ts";
import type { TenantContext } from "../context.ts";
import { STANDARD_ENTITY_TYPES } from "../entity-types/standard-types.ts";
import { DEFAULT_RATE } from "../messaging/credentials.ts";

/** What a new tenant starts from. */
export interface Founding {
  readonly name: string;
  readonly locale: "ru" | "en";
  readonly createdAt: string;
  readonly founder: { readonly id: string; readonly email: string; readonly fullName: string | null };
}

const FOUNDER_ROLE = { ru: "Владелец", en: "Owner" } as const;

/** Where most tenants are; each can change it. */
const DEFAULTS = { timeZone: "Europe/Moscow", defaultCountry: "RU", currency: "RUB" } as const;

/**
 * Fills a shard with a new tenant: its row, founder, founder's role, standard tables and a sender to try
 * messages with, in one batch.
 * @throws CommitRefused on table `tenants` when that has been done already.
 */
export async function provisionTenant(ctx: TenantContext, founding: Founding): Promise<void> {
  const { storage } = ctx;
  const { name, locale, createdAt, founder } = founding;
  const roleId = ctx.newId();
  const roleName = FOUNDER_ROLE[locale];
  await storage.commit([
    storage.tenants.insert({ name, locale, createdAt, ...DEFAULTS }),
    storage.members.insert({ ...founder, status: "active", createdAt }),
    storage.roles.insert({
      id: roleId,
      name: roleName,
      nameFolded: foldText(roleName),
      isFounder: true,
      grants: [],
      attributeRules: [],
      createdAt,
      updatedAt: createdAt,
    }),
    ...storage.members.setRoles(founder.id, [roleId]),
    ...standardTables(ctx, founding),
    sandboxSender(ctx, createdAt),
  ]);
}

/** The standard entity types are ordinary ones: from here on the tenant may extend, rename or delete them. */
function standardTables(ctx: TenantContext, { locale, createdAt }: Founding): Write[] {
  const types: NewEntityType[] = [];
  const attributes: NewAttribute[] = [];
  const lists: Write[] = [];
  for (const standard of STANDARD_ENTITY_TYPES) {
    const entityTypeId = ctx.newId();
    const defined = standard.attributes.map(({ displayName, settings, options, ...definition }, i) =>
      defineAttribute(
        {
          ...definition,
          displayName: displayName[locale],
          own: { ...settings, ...(options && { options }) },
        },
        {
          entityTypeId,
          position: i + 1,
          createdAt,
          newId: ctx.newId,
          defaultCountry: DEFAULTS.defaultCountry,
          currency: DEFAULTS.currency,
        },
      ),
    );
    const title = defined.find(({ attribute }) => attribute.name === standard.displayAttribute);
    types.push({
      id: entityTypeId,
      name: standard.name,
      displayName: standard.displayName[locale],
      displayAttributeId: title?.attribute.id ?? null,
      createdAt,
    });
    for (const { attribute, ownList } of defined) {
      attributes.push(attribute);
      if (ownList) {
        lists.push(
          ...ctx.storage.selectLists.insert({ ...ownList, name: null, nameFolded: null, createdAt }),
        );
      }
    }
  }
  return [...ctx.storage.entityTypes.insert(types), ...ctx.storage.attributes.insert(attributes), ...lists];
}

/** Needs no account and sends nothing, so that messages can be tried at once. */
function sandboxSender(ctx: TenantContext, createdAt: string): Write {
  return ctx.storage.senders.insert({
    id: ctx.newId(),
    name: "Sandbox",
    nameFolded: foldText("Sandbox"),
    provider: "sandbox",
    credentials: null,
    ratePerMinute: DEFAULT_RATE.sandbox,
    status: "ok",
    statusReason: null,
    statusDetail: null,
    createdAt,
    updatedAt: createdAt,
  });
}
