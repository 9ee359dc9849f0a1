/** What the queue carries: ids only, and where the tenant is. */
export interface DeliveryMessage {
  readonly type: "delivery";
  readonly shard: string;
  readonly tenant_id: string;
  readonly delivery_id: string;
}
