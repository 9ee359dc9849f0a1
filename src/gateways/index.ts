/** Outside services that the domain works with; made by compose.ts. */
export type Gateways = Record<never, never>;
