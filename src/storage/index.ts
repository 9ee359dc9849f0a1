import { accessStore } from "./access.ts";
import { accountStore } from "./accounts.ts";
import { aliasStore } from "./aliases.ts";
import { apiKeyStore } from "./api-keys.ts";
import { attributeOrderStore } from "./attribute-orders.ts";
import { attributeStore } from "./attributes.ts";
import { auditStore } from "./audit.ts";
import { autonumberStore } from "./autonumbers.ts";
import { type Database, openDatabase, type Read } from "./database.ts";
import { deadLetterStore } from "./dead-letters.ts";
import { deliveryStore } from "./deliveries.ts";
import { deliveryClaimStore } from "./delivery-claims.ts";
import { directoryTenantStore } from "./directory-tenants.ts";
import { entityTypeStore } from "./entity-types.ts";
import { type Expectation, guardWrite } from "./guard.ts";
import { idempotencyKeyStore } from "./idempotency-keys.ts";
import { jobStore } from "./jobs.ts";
import { memberStore } from "./members.ts";
import type { D1Meter } from "./meter.ts";
import { passwordResetStore } from "./password-resets.ts";
import { permissionCatalogue } from "./permission-catalogue.ts";
import { providerEventStore } from "./provider-events.ts";
import { recordAggregateStore } from "./record-aggregates.ts";
import { recordLinkStore } from "./record-links.ts";
import { recordPositionStore } from "./record-positions.ts";
import { recordQueryStore } from "./record-queries.ts";
import { recordUpkeepStore } from "./record-upkeep.ts";
import { recordStore } from "./records.ts";
import { refreshFamilyStore } from "./refresh-families.ts";
import { roleStore } from "./roles.ts";
import { sagaStore } from "./sagas.ts";
import { selectListStore } from "./select-lists.ts";
import { senderStore } from "./senders.ts";
import { sessionStore } from "./sessions.ts";
import { tenantStore } from "./tenants.ts";
import { throttleStore } from "./throttles.ts";

/** Asks nothing: fills a place in a batch of reads that only sometimes needs one. */
const nothing: Read<undefined> = { sql: "SELECT 1 WHERE 0", params: [], decode: () => undefined };

export interface TenantStorage extends Database {
  readonly nothing: Read<undefined>;
  guard(expectation: Expectation): ReturnType<typeof guardWrite>;
  readonly access: ReturnType<typeof accessStore>;
  readonly aliases: ReturnType<typeof aliasStore>;
  readonly apiKeys: ReturnType<typeof apiKeyStore>;
  readonly attributeOrders: ReturnType<typeof attributeOrderStore>;
  readonly attributes: ReturnType<typeof attributeStore>;
  readonly audit: ReturnType<typeof auditStore>;
  readonly autonumbers: ReturnType<typeof autonumberStore>;
  readonly deadLetters: ReturnType<typeof deadLetterStore>;
  readonly deliveries: ReturnType<typeof deliveryStore>;
  readonly deliveryClaims: ReturnType<typeof deliveryClaimStore>;
  readonly entityTypes: ReturnType<typeof entityTypeStore>;
  readonly idempotencyKeys: ReturnType<typeof idempotencyKeyStore>;
  readonly jobs: ReturnType<typeof jobStore>;
  readonly members: ReturnType<typeof memberStore>;
  readonly providerEvents: ReturnType<typeof providerEventStore>;
  readonly recordAggregates: ReturnType<typeof recordAggregateStore>;
  readonly recordLinks: ReturnType<typeof recordLinkStore>;
  readonly recordPositions: ReturnType<typeof recordPositionStore>;
  readonly recordQueries: ReturnType<typeof recordQueryStore>;
  readonly records: ReturnType<typeof recordStore>;
  readonly recordUpkeep: ReturnType<typeof recordUpkeepStore>;
  readonly roles: ReturnType<typeof roleStore>;
  readonly selectLists: ReturnType<typeof selectListStore>;
  readonly senders: ReturnType<typeof senderStore>;
  readonly sessions: ReturnType<typeof sessionStore>;
  readonly tenants: ReturnType<typeof tenantStore>;
}

/**
 * The tenant wall: every store is closed over the tenant, no method takes a tenant's id, and nobody
 * outside this folder sees the binding.
 */
export function openTenantStorage(d1: D1Database, tenantId: string, meter?: D1Meter): TenantStorage {
  return {
    ...openDatabase(d1, meter),
    nothing,
    guard: (expectation) => guardWrite(tenantId, expectation),
    access: accessStore(tenantId),
    aliases: aliasStore(tenantId),
    apiKeys: apiKeyStore(tenantId),
    attributeOrders: attributeOrderStore(tenantId),
    attributes: attributeStore(tenantId),
    audit: auditStore(tenantId),
    autonumbers: autonumberStore(tenantId),
    deadLetters: deadLetterStore(tenantId),
    deliveries: deliveryStore(tenantId),
    deliveryClaims: deliveryClaimStore(tenantId),
    entityTypes: entityTypeStore(tenantId),
    idempotencyKeys: idempotencyKeyStore(tenantId),
    jobs: jobStore(tenantId),
    members: memberStore(tenantId),
    providerEvents: providerEventStore(tenantId),
    recordAggregates: recordAggregateStore(tenantId),
    recordLinks: recordLinkStore(tenantId),
    recordPositions: recordPositionStore(tenantId),
    recordQueries: recordQueryStore(tenantId),
    records: recordStore(tenantId),
    recordUpkeep: recordUpkeepStore(tenantId),
    roles: roleStore(tenantId),
    selectLists: selectListStore(tenantId),
    senders: senderStore(tenantId),
    sessions: sessionStore(tenantId),
    tenants: tenantStore(tenantId),
  };
}

export interface DirectoryStorage extends Database {
  readonly accounts: ReturnType<typeof accountStore>;
  readonly passwordResets: ReturnType<typeof passwordResetStore>;
  readonly permissions: ReturnType<typeof permissionCatalogue>;
  readonly refreshFamilies: ReturnType<typeof refreshFamilyStore>;
  readonly sagas: ReturnType<typeof sagaStore>;
  readonly tenants: ReturnType<typeof directoryTenantStore>;
  readonly throttles: ReturnType<typeof throttleStore>;
}

/** What is needed before a request's tenant is known. */
export function openDirectory(d1: D1Database, meter?: D1Meter): DirectoryStorage {
  return {
    ...openDatabase(d1, meter),
    accounts: accountStore(),
    passwordResets: passwordResetStore(),
    permissions: permissionCatalogue(),
    refreshFamilies: refreshFamilyStore(),
    sagas: sagaStore(),
    tenants: directoryTenantStore(),
    throttles: throttleStore(),
  };
}
