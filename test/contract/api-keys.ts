import { everyGrant } from "../../src/domain/access/permission-names.ts";
import { keyText } from "../../src/domain/api-keys/key-form.ts";
import { timestamp } from "../../src/lib/clock.ts";
import { hashToken } from "../../src/lib/crypto/hash-token.ts";
import type { Client } from "../support/world.ts";
import { type Check, told } from "./check.ts";
import { prepare, type Scene, send } from "./scene.ts";

const programs = new WeakMap<Scene, Promise<Client>>();

/** A program with a key of the owner's that holds everything there was to grant at the time. */
function programOf(scene: Scene): Promise<Client> {
  const known = programs.get(scene) ?? makeProgram(scene);
  programs.set(scene, known);
  return known;
}

async function makeProgram({ world: { platform, client }, mine: { tenant, owner } }: Scene): Promise<Client> {
  const { shard, id: tenantId } = tenant;
  const { storage } = platform.openTenant(shard, tenantId);
  const [types] = await storage.read([storage.entityTypes.names()]);
  const id = platform.newId();
  const key = await keyText(platform.secretKey, { shard, tenantId }, id);
  const { clock } = platform;
  await storage.commit([
    storage.apiKeys.insert({
      id,
      memberId: owner.memberId,
      name: "Everything",
      keyHash: await hashToken(key),
      grants: everyGrant(types),
      createdAt: timestamp(clock),
      expiresAt: null,
      // Noted already, so that a request writes nothing of its own accord.
      lastUsedAt: timestamp(clock),
    }),
  ]);
  return client(key, tenantId);
}

export const takesKeys: Check = {
  title: "takes an API key as it takes a token, or refuses it where only a person may",
  appliesTo: ({ access }) => access === "member",
  async run(scene, endpoint) {
    const program = await programOf(scene);
    const answer = await send(program, await prepare(scene.mine, endpoint));
    const isRight = endpoint.personal ? answer.status === 403 : endpoint.answers[answer.status] !== undefined;
    return isRight ? [] : [told(answer)];
  },
};
