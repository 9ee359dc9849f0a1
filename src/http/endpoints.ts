import { aliasEndpoints } from "./api/aliases.ts";
import { attributeEndpoints } from "./api/attributes.ts";
import { authEndpoints } from "./api/auth.ts";
import { entityTypeEndpoints } from "./api/entity-types.ts";
import { hookEndpoints } from "./api/hooks.ts";
import { invitationEndpoints } from "./api/invitations.ts";
import { messageEndpoints } from "./api/messages.ts";
import { passwordEndpoints } from "./api/passwords.ts";
import { permissionEndpoints } from "./api/permissions.ts";
import { profileEndpoints } from "./api/profile.ts";
import { recordAggregateEndpoints } from "./api/record-aggregates.ts";
import { recordBulkEndpoints } from "./api/record-bulk.ts";
import { recordListEndpoints } from "./api/record-lists.ts";
import { recordOrderEndpoints } from "./api/record-order.ts";
import { recordEndpoints } from "./api/records.ts";
import { roleEndpoints } from "./api/roles.ts";
import { selectListEndpoints } from "./api/select-lists.ts";
import { senderEndpoints } from "./api/senders.ts";
import { serviceEndpoints } from "./api/service.ts";
import { userEndpoints } from "./api/users.ts";
import type { Endpoint } from "./endpoint.ts";

/** Every operation of the API: what is served, documented, and walked by the contract tests. */
export const endpoints: readonly Endpoint[] = [
  ...serviceEndpoints,
  ...authEndpoints,
  ...invitationEndpoints,
  ...passwordEndpoints,
  ...profileEndpoints,
  ...userEndpoints,
  ...permissionEndpoints,
  ...roleEndpoints,
  ...entityTypeEndpoints,
  ...attributeEndpoints,
  ...selectListEndpoints,
  ...aliasEndpoints,
  ...recordListEndpoints,
  ...recordAggregateEndpoints,
  ...recordBulkEndpoints,
  ...recordOrderEndpoints,
  ...recordEndpoints,
  ...senderEndpoints,
  ...messageEndpoints,
  ...hookEndpoints,
];
