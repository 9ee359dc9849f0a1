import fc from "fast-check";
import { expect, test } from "vitest";
import { openWebhookSecret, webhookSecret } from "../../../src/domain/messaging/webhook-address.ts";

const SECRET = "a-secret-key-of-at-least-32-characters";
const TARGET = {
  shard: "01",
  tenantId: "01a20c90-e019-76f1-ace6-ee0c189db844",
  senderId: "01a20c90-e069-76ea-b35b-695d82a64706",
};

test("a secret opens to where it points, and is the same every time", async () => {
  const secret = await webhookSecret(SECRET, TARGET);
  expect(await openWebhookSecret(SECRET, secret)).toEqual(TARGET);
  expect(await webhookSecret(SECRET, TARGET)).toBe(secret);
  expect(encodeURIComponent(secret)).toBe(secret);
});

test("nothing else opens", async () => {
  const secret = await webhookSecret(SECRET, TARGET);
  expect(await openWebhookSecret(`${SECRET}!`, secret)).toBeUndefined();
  const changes = fc.tuple(fc.nat(secret.length - 1), fc.constantFrom(...".-_0aZ"));
  await fc.assert(
    fc.asyncProperty(changes, async ([at, character]) => {
      const changed = secret.slice(0, at) + character + secret.slice(at + 1);
      const opened = await openWebhookSecret(SECRET, changed);
      expect(opened).toEqual(changed === secret ? TARGET : undefined);
    }),
    { numRuns: 300, seed: 5 },
  );
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      expect(await openWebhookSecret(SECRET, text)).toBeUndefined();
    }),
    { numRuns: 200, seed: 5 },
  );
});
