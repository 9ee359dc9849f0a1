import type { Endpoint } from "./endpoint.ts";

/** Operations that are loaded together, with the first request to one of their addresses. */
export interface EndpointGroup {
  /** All of its operations are at or below these; `/` stands for itself alone. */
  readonly under: readonly string[];
  load(): Promise<readonly Endpoint[]>;
}

/**
 * Every operation of the API: what is served, documented, and walked by the contract tests. Building their schemas
 * is most of what starting the Worker would cost, so each group waits until it is asked for.
 */
export const endpointGroups: readonly EndpointGroup[] = [
  { under: ["/", "/healthz"], load: async () => (await import("./api/service.ts")).serviceEndpoints },
  {
    under: ["/api/openapi.json"],
    load: async () => (await import("./api/own-openapi.ts")).ownOpenapiEndpoints,
  },
  { under: ["/api/auth"], load: async () => (await import("./api/auth.ts")).authEndpoints },
  { under: ["/api/auth"], load: async () => (await import("./api/invitations.ts")).invitationEndpoints },
  { under: ["/api/auth"], load: async () => (await import("./api/passwords.ts")).passwordEndpoints },
  { under: ["/api/users"], load: async () => (await import("./api/profile.ts")).profileEndpoints },
  { under: ["/api/users"], load: async () => (await import("./api/users.ts")).userEndpoints },
  { under: ["/api/api-keys"], load: async () => (await import("./api/api-keys.ts")).apiKeyEndpoints },
  {
    under: ["/api/sessions", "/api/users"],
    load: async () => (await import("./api/sessions.ts")).sessionEndpoints,
  },
  {
    under: ["/api/permissions"],
    load: async () => (await import("./api/permissions.ts")).permissionEndpoints,
  },
  { under: ["/api/access"], load: async () => (await import("./api/access.ts")).accessEndpoints },
  { under: ["/api/roles"], load: async () => (await import("./api/roles.ts")).roleEndpoints },
  {
    under: ["/api/meta/entity-types"],
    load: async () => (await import("./api/entity-types.ts")).entityTypeEndpoints,
  },
  {
    under: ["/api/meta/entity-types"],
    load: async () => (await import("./api/attributes.ts")).attributeEndpoints,
  },
  {
    under: ["/api/meta/select-lists"],
    load: async () => (await import("./api/select-lists.ts")).selectListEndpoints,
  },
  { under: ["/api/aliases"], load: async () => (await import("./api/aliases.ts")).aliasEndpoints },
  { under: ["/api/data"], load: async () => (await import("./api/record-lists.ts")).recordListEndpoints },
  {
    under: ["/api/data"],
    load: async () => (await import("./api/record-aggregates.ts")).recordAggregateEndpoints,
  },
  { under: ["/api/data"], load: async () => (await import("./api/record-bulk.ts")).recordBulkEndpoints },
  { under: ["/api/data"], load: async () => (await import("./api/record-order.ts")).recordOrderEndpoints },
  { under: ["/api/data"], load: async () => (await import("./api/records.ts")).recordEndpoints },
  { under: ["/api/senders"], load: async () => (await import("./api/senders.ts")).senderEndpoints },
  {
    under: ["/api/data", "/api/deliveries"],
    load: async () => (await import("./api/messages.ts")).messageEndpoints,
  },
  { under: ["/hooks"], load: async () => (await import("./api/hooks.ts")).hookEndpoints },
  { under: ["/api/jobs"], load: async () => (await import("./api/jobs.ts")).jobEndpoints },
  { under: ["/api/tenant"], load: async () => (await import("./api/tenant.ts")).tenantEndpoints },
  { under: ["/api/audit"], load: async () => (await import("./api/audit.ts")).auditEndpoints },
];

/** All operations of the groups, in their order. */
export async function loadEndpoints(
  groups: readonly EndpointGroup[] = endpointGroups,
): Promise<readonly Endpoint[]> {
  return (await Promise.all(groups.map((group) => group.load()))).flat();
}
