import { authEndpoints } from "./api/auth.ts";
import { invitationEndpoints } from "./api/invitations.ts";
import { permissionEndpoints } from "./api/permissions.ts";
import { profileEndpoints } from "./api/profile.ts";
import { recordEndpoints } from "./api/records.ts";
import { roleEndpoints } from "./api/roles.ts";
import { serviceEndpoints } from "./api/service.ts";
import { userEndpoints } from "./api/users.ts";
import type { Endpoint } from "./endpoint.ts";

/** Every operation of the API: what is served, documented, and walked by the contract tests. */
export const endpoints: readonly Endpoint[] = [
  ...serviceEndpoints,
  ...authEndpoints,
  ...invitationEndpoints,
  ...profileEndpoints,
  ...userEndpoints,
  ...permissionEndpoints,
  ...roleEndpoints,
  ...recordEndpoints,
];
