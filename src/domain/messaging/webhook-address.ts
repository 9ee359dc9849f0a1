import { constantTimeEqual } from "../../lib/crypto/constant-time.ts";
import { deriveToken } from "../../lib/crypto/derive-key.ts";

interface WebhookTarget {
  readonly shard: string;
  readonly tenantId: string;
  readonly senderId: string;
}

/**
 * The secret in a sender's webhook address: `<shard>.<tenant>.<sender>.<token>`. It says where to look, and the
 * token, derived from all of that, that we said so. So it can be shown again and is kept nowhere.
 */
export async function webhookSecret(secretKey: string, target: WebhookTarget): Promise<string> {
  const place = `${target.shard}.${target.tenantId}.${target.senderId}`;
  return `${place}.${await deriveToken(secretKey, "webhook-address", place)}`;
}

/** Where a webhook's secret points; undefined for one that we did not make. */
export async function openWebhookSecret(
  secretKey: string,
  secret: string,
): Promise<WebhookTarget | undefined> {
  const [shard, tenantId, senderId, token, ...rest] = secret.split(".");
  if (!shard || !tenantId || !senderId || !token || rest.length > 0) return undefined;
  const target = { shard, tenantId, senderId };
  const genuine = await webhookSecret(secretKey, target);
  return (await constantTimeEqual(genuine, secret)) ? target : undefined;
}
