import { describe, expect, test } from "vitest";
import { acceptInvitation } from "../../../src/domain/members/accept-invitation.ts";
import { interferingPlatform } from "../../support/interfering-platform.ts";
import { logIn } from "../../support/log-in.ts";
import { makeWorld } from "../../support/world.ts";

const world = makeWorld();
let serial = 0;

async function invite() {
  const { owner } = await world.tenant();
  const email = `invited-${++serial}@accept.test`;
  const { body } = await owner.post<{ id: string; invitation: { token: string } }>("/api/users", { email });
  const acceptance = (password: string) => ({
    token: body.invitation.token,
    password,
    fullName: null,
    address: world.platform.newId(),
  });
  return { owner, email, id: body.id, acceptance };
}

describe("accepting an invitation", () => {
  test.each([
    ["before the shard hears of it", /update "members"/],
    ["just before the password is set", /update "accounts"/],
  ])("belongs to whoever else is through %s", async (_, statement) => {
    const { email, acceptance } = await invite();
    let quicker = 0;
    const slow = interferingPlatform(statement, async () => {
      await acceptInvitation(world.platform, acceptance("quicker horse battery"));
      quicker += 1;
    });
    const attempt = acceptInvitation(slow, acceptance("slower horse battery"));
    await expect(attempt).rejects.toMatchObject({ code: "not_found" });
    expect(quicker).toBe(1);
    expect((await logIn(world.anonymous, email, "quicker horse battery")).status).toBe(200);
    expect((await logIn(world.anonymous, email, "slower horse battery")).status).toBe(401);
  });

  test.each([
    ["before the shard hears of it", /update "members"/],
    ["just before the password is set", /update "accounts"/],
  ])("brings nobody back who is removed %s", async (_, statement) => {
    const { owner, email, id, acceptance } = await invite();
    const slow = interferingPlatform(statement, async () => {
      expect((await owner.delete(`/api/users/${id}`)).status).toBe(204);
    });
    const attempt = acceptInvitation(slow, acceptance("correct horse battery"));
    await expect(attempt).rejects.toMatchObject({ code: "not_found" });
    expect((await owner.get(`/api/users/${id}`)).status).toBe(404);
    expect((await logIn(world.anonymous, email, "correct horse battery")).status).toBe(401);
    // The address is free for anyone.
    const again = await owner.post("/api/users", { email });
    expect(again.status).toBe(201);
  });
});
