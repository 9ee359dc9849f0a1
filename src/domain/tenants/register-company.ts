import { AppError, CommitRefused } from "../../errors.ts";
import { timestamp } from "../../lib/clock.ts";
import { constantTimeEqual } from "../../lib/crypto/constant-time.ts";
import { hashPassword } from "../../lib/crypto/password.ts";
import type { PlatformContext } from "../context.ts";
import { normaliseEmail } from "../members/email.ts";
import { checkPassword } from "../passwords/check-password.ts";
import { beginSaga, runSaga } from "../sagas/run-saga.ts";
import { throttle } from "../sessions/throttle.ts";

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly fullName: string | null;
  readonly companyName: string | null;
  readonly registrationToken: string | null;
  /** The language of the standard tables' names, and of what the system writes to the tenant. */
  readonly locale: "ru" | "en";
  /** The client's network address, for throttling. */
  readonly address: string;
  /** For seeds and tests; otherwise one is chosen. */
  readonly shard?: string;
}

export interface RegisteredCompany {
  readonly id: string;
  readonly email: string;
  readonly full_name: string | null;
  readonly tenant: { readonly id: string; readonly name: string };
}

/**
 * Founds a tenant with its first member. The directory decides who gets the address; the shard follows,
 * at the latest by the sweep.
 * @throws AppError `registration_closed`, `invalid_input` (bad password), `email_taken`, `too_many_requests`.
 */
export async function registerCompany(
  platform: PlatformContext,
  input: Registration,
): Promise<RegisteredCompany> {
  const { directory, settings } = platform;
  const email = normaliseEmail(input.email);
  const limit = await throttle(platform, "register", email, input.address);
  const [perAccount, perAddress, existing] = await directory.read([
    ...limit.reads,
    directory.accounts.findByEmail(email),
  ]);
  limit.check(perAccount, perAddress);
  if (settings.registrationToken !== undefined) {
    const right = await constantTimeEqual(input.registrationToken ?? "", settings.registrationToken);
    if (!right) throw new AppError("registration_closed");
  }
  checkPassword("password", input.password, email);
  if (existing) throw new AppError("email_taken");

  const tenantId = platform.newId();
  const memberId = platform.newId();
  const name = input.companyName ?? email;
  const shard = input.shard ?? pickShard(platform.shards, tenantId);
  const createdAt = timestamp(platform.clock);
  const passwordHash = await hashPassword(input.password);
  const { saga, write } = beginSaga(platform, "register_tenant", {
    shard,
    tenantId,
    name,
    locale: input.locale,
    createdAt,
    founder: { id: memberId, email, fullName: input.fullName },
  });
  try {
    await directory.commit([
      write,
      directory.tenants.insert({ id: tenantId, name, shard, state: "provisioning", createdAt }),
      directory.accounts.insert({ id: memberId, email, passwordHash, tenantId, createdAt }),
    ]);
  } catch (error) {
    if (error instanceof CommitRefused) throw new AppError("email_taken");
    throw error;
  }
  await runSaga(platform, saga);
  return { id: memberId, email, full_name: input.fullName, tenant: { id: tenantId, name } };
}

/** Spreads tenants evenly: the last digits of a UUIDv7 are random. */
function pickShard(shards: readonly string[], tenantId: string): string {
  const shard = shards[Number.parseInt(tenantId.slice(-6), 16) % shards.length];
  if (!shard) throw new Error("no shard is configured");
  return shard;
}
