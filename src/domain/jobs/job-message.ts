/** What the queue carries: ids only, and where the tenant is. */
export interface JobMessage {
  readonly type: "job";
  readonly shard: string;
  readonly tenant_id: string;
  readonly job_id: string;
}
