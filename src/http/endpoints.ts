import { authEndpoints } from "./api/auth.ts";
import { recordEndpoints } from "./api/records.ts";
import { roleEndpoints } from "./api/roles.ts";
import { serviceEndpoints } from "./api/service.ts";
import type { Endpoint } from "./endpoint.ts";

/** Every operation of the API: what is served, documented, and walked by the contract tests. */
export const endpoints: readonly Endpoint[] = [
  ...serviceEndpoints,
  ...authEndpoints,
  ...roleEndpoints,
  ...recordEndpoints,
];
