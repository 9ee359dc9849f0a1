import type { PlatformContext, TenantContext } from "../context.ts";
import { throttle } from "../sessions/throttle.ts";

/** Nobody's mailbox is filled through us, nor does a company mail the world. @throws AppError `too_many_requests`. */
export async function limitMails(
  { tenantId }: TenantContext,
  platform: PlatformContext,
  email: string,
): Promise<void> {
  const limit = await throttle(platform, "invite", email, tenantId);
  limit.check(...(await platform.directory.read(limit.reads)));
}
