import { expect, test } from "vitest";
import { refreshSession } from "../../../src/domain/sessions/refresh-session.ts";
import { later } from "../../support/dying-platform.ts";
import { beginSession } from "../../support/people.ts";
import { proof } from "../../support/proof.ts";
import { makeWorld } from "../../support/world.ts";

/** How many refresh with the same token at the same moment. */
const PARALLEL = 20;

test("parallel refreshes have one successor, and a replay after the grace ends the session", async () => {
  const rounds = proof(
    "parallel refreshes: one successor; a replay after the grace revokes the family",
    { full: 1_000, reduced: 15 },
    0,
  );
  const world = makeWorld();
  const { platform } = world;
  const { owner, id: tenantId, shard } = await world.tenant();
  const account = { id: owner.memberId, email: owner.email, tenantId, shard };
  const { storage } = platform.openTenant(shard, tenantId);
  const afterwards = later(platform, 11);
  for (let round = 0; round < rounds; round++) {
    const { refreshToken, sessionId } = await beginSession(platform, account);
    const tokens = await Promise.all(
      Array.from({ length: PARALLEL }, () => refreshSession(platform, refreshToken)),
    );
    const [successor, ...others] = new Set(tokens.map((pair) => pair.refreshToken));
    expect(others).toEqual([]);
    expect(successor).not.toBe(refreshToken);
    const family = platform.directory.refreshFamilies.find(sessionId);
    expect((await platform.directory.read([family]))[0]).toMatchObject({ generation: 2, revokedAt: null });

    const replay = refreshSession(afterwards, refreshToken);
    await expect(replay).rejects.toMatchObject({ code: "invalid_refresh_token" });
    expect((await platform.directory.read([family]))[0]?.revokedAt).not.toBeNull();
    expect(await storage.read([storage.sessions.findLive(sessionId, owner.memberId)])).toEqual([undefined]);
    const heir = refreshSession(platform, successor ?? "");
    await expect(heir).rejects.toMatchObject({ code: "invalid_refresh_token" });
  }
});
