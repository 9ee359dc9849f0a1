import type { DeliveryQueue } from "../gateways/delivery-queue.ts";
import type { Gateways } from "../gateways/index.ts";
import type { JobQueue } from "../gateways/job-queue.ts";
import type { Mailer } from "../gateways/mailer.ts";
import type { Clock } from "../lib/clock.ts";
import type { Write } from "../storage/database.ts";
import type { DirectoryStorage, TenantStorage } from "../storage/index.ts";
import type { ShardStorage } from "../storage/shard.ts";

/** A person who has logged in. */
export interface PersonIdentity {
  readonly memberId: string;
  readonly sessionId: string;
}

/** A program with a key of a member's, known by the key's hash. */
export interface KeyIdentity {
  readonly keyHash: string;
}

/** How much is done at once where many records are to be gone through. */
export interface WorkSettings {
  /** A change of the schema goes through so many records within its request; more are a job's. */
  readonly recordsAtOnce: number;
  /** Of one step of a job. */
  readonly recordsPerStep: number;
  /** How long one invocation goes on with a job. */
  readonly secondsPerRun: number;
}

/** Everything a verb needs to work for one tenant. Made by compose.ts; holds no other tenant's anything. */
export interface TenantContext {
  readonly tenantId: string;
  /** Suffix of the binding that holds the tenant: `01`. */
  readonly shard: string;
  /** Who is asking; undefined when the system itself works, from a queue or a schedule. */
  readonly identity: PersonIdentity | KeyIdentity | undefined;
  /** Where the request came from. */
  readonly origin?: { readonly address: string; readonly requestId: string };
  readonly storage: TenantStorage;
  readonly gateways: Gateways;
  /** Writes something after the answer; it may be cut short, so losing it must cost nothing. */
  writeLater(writes: readonly Write[]): void;
  readonly work: WorkSettings;
  readonly clock: Clock;
  newId(): string;
  /** Keys for signing cursors and sealing credentials are derived from it. */
  readonly secretKey: string;
  readonly idempotencyKey?: string;
  /** Set by `writeVerb` together with the key: what the key was used for. */
  readonly requestHash?: string;
}

/** Everything a verb needs that works before, or above, a single tenant. */
export interface PlatformContext {
  readonly directory: DirectoryStorage;
  readonly shards: readonly string[];
  openTenant(shard: string, tenantId: string): TenantContext;
  /** For sweeps, which look at all tenants of a shard. */
  openShard(shard: string): ShardStorage;
  readonly queue: DeliveryQueue;
  readonly mailer: Mailer;
  /** Goes on with something after the answer; it may be cut short, so losing it must cost time and nothing else. */
  later(work: () => Promise<unknown>): void;
  readonly jobQueue: JobQueue;
  readonly clock: Clock;
  newId(): string;
  readonly secretKey: string;
  readonly settings: {
    readonly accessTokenMinutes: number;
    readonly registrationToken: string | undefined;
    readonly triesPerAccount: number;
    readonly triesPerAddress: number;
    /** Where the pages are that mails lead to. */
    readonly publicUrl: string;
  };
}
