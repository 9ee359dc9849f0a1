import { AppError } from "../../errors.ts";
import type { Answers, Read } from "../../storage/database.ts";
import type { Access } from "../access/access.ts";
import { accessOf } from "../access/access-of.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type EntityType, isSameDefinition, requireEntityType } from "./entity-type.ts";

/** What a verb has worked out from rights and definition, and what it wants to load accordingly. */
export interface Prepared<Plan, Reads extends readonly Read<unknown>[]> {
  readonly plan: Plan;
  readonly reads: Reads;
}

/**
 * The first trip of verbs whose reads depend on the entity type's definition, and its last one wherever this isolate
 * knows rights and definition: `prepare` works on what was known, its reads travel in the batch that asks whether
 * that still holds, and if it does not, everything is prepared and read anew.
 * @param prepare authorizes, checks the input and builds the reads; has no effects, for it may run twice.
 * @throws AppError `invalid_token`, `tenant_suspended`, `not_found` (entity type), and what `prepare` throws.
 */
export async function enterType<Plan, const Reads extends readonly Read<unknown>[]>(
  ctx: TenantContext,
  entity: string,
  prepare: (access: Access, entityType: EntityType) => Promise<Prepared<Plan, Reads>>,
): Promise<{ access: Access; entityType: EntityType; plan: Plan; loaded: Answers<Reads> }> {
  const { storage } = ctx;
  const guess = await guessFrom(ctx, entity, prepare);
  const { access, loaded } = await enter(ctx, storage.entityTypes.find(entity), ...(guess?.reads ?? []));
  const [found, ...answers] = loaded;
  const entityType = requireEntityType(found);
  if (guess && holds(guess, access, entityType)) {
    return { access, entityType, plan: guess.plan, loaded: answers as unknown as Answers<Reads> };
  }
  const { plan, reads } = await prepare(access, entityType);
  const names = storage.members.knownNames(access.rightsVersion)
    ? storage.nothing
    : storage.members.firstNames(access.rightsVersion);
  const [, ...fresh] = await storage.read([names, ...reads]);
  return { access, entityType, plan, loaded: fresh as unknown as Answers<Reads> };
}

/** What a guess is made from. */
interface Premises {
  readonly access: Access;
  readonly entityType: EntityType;
}

async function guessFrom<Plan, Reads extends readonly Read<unknown>[]>(
  { storage, identity }: TenantContext,
  entity: string,
  prepare: (access: Access, entityType: EntityType) => Promise<Prepared<Plan, Reads>>,
): Promise<(Prepared<Plan, Reads> & Premises) | undefined> {
  const known = identity && storage.access.known(identity);
  const access = known && accessOf(known);
  const entityType = storage.entityTypes.known(entity);
  if (!access || !entityType) return undefined;
  try {
    return { ...(await prepare(access, entityType)), access, entityType };
  } catch (error) {
    // Whether the caller is refused is for what is true now to say.
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** A call that was carried out before has to come by `authorize` once more. */
function holds(guess: Premises, access: Access, entityType: EntityType): boolean {
  return (
    access.replay === undefined &&
    guess.access.rightsVersion === access.rightsVersion &&
    guess.access.member.id === access.member.id &&
    guess.access.tenant.timeZone === access.tenant.timeZone &&
    guess.access.tenant.defaultCountry === access.tenant.defaultCountry &&
    isSameDefinition(guess.entityType, entityType)
  );
}
