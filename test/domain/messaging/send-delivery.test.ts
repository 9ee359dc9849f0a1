import { describe, expect, it } from "vitest";
import type { DeliveryMessage } from "../../../src/domain/messaging/delivery-message.ts";
import { sendDelivery } from "../../../src/domain/messaging/send-delivery.ts";
import { sweepDeliveries } from "../../../src/domain/messaging/sweep-deliveries.ts";
import { secondsFromNow, timestamp } from "../../../src/lib/clock.ts";
import { makeHeldQueue } from "../../support/held-queue.ts";
import { type Desk, openDesk, withClock } from "../../support/messaging.ts";
import { accept, answer } from "../../support/scripted-provider.ts";
import { makeWorld } from "../../support/world.ts";

const queue = makeHeldQueue();
const world = makeWorld({ queue });

const LEASE = 45;

function send({ ctx }: Desk, id: string): Promise<void> {
  return sendDelivery(ctx, { id });
}

/** Answers how many of the company's deliveries the sweep brought up. */
async function sweep({ clock, tenant }: Desk): Promise<number> {
  const before = queue.sent.length;
  await sweepDeliveries(withClock(world.platform, clock), tenant.shard);
  const bodies = queue.sent.slice(before).map(({ body }) => body as DeliveryMessage);
  return bodies.filter((body) => body.tenant_id === tenant.id).length;
}

/** Takes the delivery and does nothing more, as a process that died there. */
async function claimAndDie({ ctx }: Desk, id: string): Promise<void> {
  const { storage, clock } = ctx;
  const { writes, outcome } = storage.deliveryClaims.claim({
    id,
    lease: "a dead process",
    now: timestamp(clock),
    until: secondsFromNow(clock, LEASE),
    later: secondsFromNow(clock, 1),
    lapsed: timestamp(clock),
    exclusiveProviders: [],
  });
  const [claim] = await storage.commit(writes, [outcome]);
  expect(claim?.result).toBe("taken");
}

describe("a delivery", () => {
  it("goes queued → calling → sent", async () => {
    const desk = await openDesk(world);
    const id = await desk.post({ body: "Здравствуйте" });
    expect(await desk.delivery(id)).toMatchObject({ status: "queued", attempts: 0 });
    desk.provider.next(async (message) => {
      expect(await desk.delivery(id)).toMatchObject({ status: "calling", attempts: 1 });
      return accept(message);
    });
    await send(desk, id);
    expect(desk.provider.calls).toEqual([{ reference: id, to: "+79123456789", body: "Здравствуйте" }]);
    expect(await desk.delivery(id)).toMatchObject({
      status: "sent",
      attempts: 1,
      provider_message_id: `m-${id}`,
      sent_at: timestamp(desk.clock),
    });
  });

  it("is called for once, however often and by however many it is taken up", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    await Promise.all(Array.from({ length: 50 }, () => send(desk, id)));
    await send(desk, id);
    desk.clock.pass(3 * LEASE);
    await sweep(desk);
    await send(desk, id);
    expect(desk.provider.calls).toHaveLength(1);
    expect(await desk.delivery(id)).toMatchObject({ status: "sent", attempts: 1 });
  });

  it("fails with the provider's words", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    desk.provider.next(
      answer({ kind: "rejected", code: "provider_rejected", detail: "Номер не в WhatsApp" }),
    );
    await send(desk, id);
    expect(await desk.delivery(id)).toMatchObject({
      status: "failed",
      error: { code: "provider_rejected", detail: "Номер не в WhatsApp" },
    });
    desk.clock.pass(3600);
    await send(desk, id);
    expect(desk.provider.calls).toHaveLength(1);
  });

  it("waits as long as the provider asks, and no less than the backoff", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    desk.provider.next(answer({ kind: "throttled", retryAfterSeconds: 30 }));
    await send(desk, id);
    const waiting = await desk.delivery(id);
    expect(waiting).toMatchObject({ status: "queued", attempts: 1, error: { code: "provider_throttled" } });
    expect(waiting.error?.detail).toMatch(/slow down/);
    expect(desk.nudges).toEqual([{ id, delay: 30 }]);
    desk.clock.pass(29);
    await send(desk, id);
    expect(desk.provider.calls).toHaveLength(1);
    desk.clock.pass(1);
    await send(desk, id);
    const sent = await desk.delivery(id);
    expect(sent).toMatchObject({ status: "sent", attempts: 2 });
    expect(sent).not.toHaveProperty("error");
  });

  it("is given up after five attempts", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    desk.provider.next(
      ...Array.from({ length: 9 }, () => answer({ kind: "throttled", retryAfterSeconds: 1 })),
    );
    for (let i = 0; i < 9; i++) {
      await send(desk, id);
      desk.clock.pass(3600);
    }
    expect(desk.provider.calls).toHaveLength(5);
    expect(await desk.delivery(id)).toMatchObject({
      status: "failed",
      attempts: 5,
      error: { code: "provider_throttled" },
    });
  });

  it("is never sent again when nobody knows how the call ended", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    desk.provider.next(answer({ kind: "unknown", cause: "connection_lost", detail: "" }));
    await send(desk, id);
    expect(await desk.delivery(id)).toMatchObject({ status: "unknown", error: { code: "connection_lost" } });
    desk.clock.pass(24 * 3600);
    await sweep(desk);
    await send(desk, id);
    expect(desk.provider.calls).toHaveLength(1);
  });
});

describe("a process that dies", () => {
  it("after the claim leaves the delivery to the next sweep", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    await claimAndDie(desk, id);
    desk.clock.pass(LEASE - 1);
    await send(desk, id);
    expect(desk.provider.calls).toHaveLength(0);
    expect(await sweep(desk)).toBe(0);
    desk.clock.pass(1);
    expect(await sweep(desk)).toBe(1);
    await send(desk, id);
    await send(desk, id);
    expect(desk.provider.calls).toHaveLength(1);
    expect(await desk.delivery(id)).toMatchObject({ status: "sent", attempts: 1 });
  });

  it("during the call leaves it unknown, and nobody sends it again", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    desk.provider.next(() => {
      throw new Error("the process died");
    });
    await expect(send(desk, id)).rejects.toThrow("the process died");
    expect(await desk.delivery(id)).toMatchObject({ status: "calling" });
    desk.clock.pass(LEASE - 1);
    expect(await sweep(desk)).toBe(0);
    await send(desk, id);
    desk.clock.pass(1);
    expect(await sweep(desk)).toBe(0);
    expect(await desk.delivery(id)).toMatchObject({ status: "unknown", error: { code: "call_interrupted" } });
    desk.clock.pass(24 * 3600);
    expect(await sweep(desk)).toBe(0);
    await send(desk, id);
    expect(desk.provider.calls).toHaveLength(1);
  });

  it("is not dead when it answers after all", async () => {
    const desk = await openDesk(world);
    const late = async (message: Parameters<typeof accept>[0]) => {
      desk.clock.pass(2 * LEASE);
      await sweep(desk);
      expect(await desk.delivery(message.reference)).toMatchObject({ status: "unknown" });
      return accept(message);
    };
    const known = await desk.post();
    desk.provider.next(late);
    await send(desk, known);
    const sent = await desk.delivery(known);
    expect(sent).toMatchObject({ status: "sent", provider_message_id: `m-${known}` });
    expect(sent).not.toHaveProperty("error");

    const vague = await desk.post();
    desk.clock.pass(3600);
    desk.provider.next(async (message) => {
      await late(message);
      return { kind: "throttled", retryAfterSeconds: 1 };
    });
    await send(desk, vague);
    desk.clock.pass(3600);
    await send(desk, vague);
    expect(await desk.delivery(vague)).toMatchObject({ status: "unknown", attempts: 1 });
    expect(desk.provider.calls).toHaveLength(2);
  });

  it("and wakes after its lease ran out makes no call", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    const sleeper: Desk = {
      ...desk,
      ctx: {
        ...desk.ctx,
        gateways: {
          ...desk.ctx.gateways,
          openSender: () => {
            desk.clock.pass(LEASE - 10);
            return desk.provider.sender;
          },
        },
      },
    };
    await send(sleeper, id);
    expect(desk.provider.calls).toHaveLength(0);
    expect(await desk.delivery(id)).toMatchObject({ status: "queued", attempts: 0 });
    await send(desk, id);
    expect(await desk.delivery(id)).toMatchObject({ status: "sent", attempts: 1 });
  });
});

describe("a sender", () => {
  it("that its provider blocks stops, and goes on when somebody resumes it", async () => {
    const desk = await openDesk(world);
    const [first, second] = [await desk.post(), await desk.post()];
    desk.provider.next(
      answer({ kind: "blocked", scope: "sender", code: "sender_banned", detail: "temporary ban" }),
    );
    await send(desk, first);
    expect(await desk.delivery(first)).toMatchObject({ status: "queued", error: { code: "sender_banned" } });
    expect((await desk.sender()).body).toMatchObject({
      status: "blocked",
      status_reason: { code: "sender_banned", detail: "temporary ban" },
    });
    desk.clock.pass(3600);
    await send(desk, first);
    await send(desk, second);
    expect(desk.provider.calls).toHaveLength(1);
    // Parked: no sweep brings them up while the sender cannot send.
    expect(await sweep(desk)).toBe(0);

    expect((await desk.patchSender({ status: "ok" })).body).toMatchObject({
      status: "ok",
      status_reason: null,
    });
    expect(await sweep(desk)).toBe(2);
    await send(desk, first);
    desk.clock.pass(10);
    await send(desk, second);
    expect(await desk.delivery(first)).toMatchObject({ status: "sent", attempts: 2 });
    expect(await desk.delivery(second)).toMatchObject({ status: "sent", attempts: 1 });
  });

  it("that is paused between claim and call does not call", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    const { gateways, storage } = desk.ctx;
    let commits = 0;
    const ctx = {
      ...desk.ctx,
      gateways,
      storage: {
        ...storage,
        async commit(...batch: Parameters<typeof storage.commit>) {
          commits += 1;
          if (commits === 2) await desk.patchSender({ status: "paused" });
          return storage.commit(...batch);
        },
      } as typeof storage,
    };
    await sendDelivery(ctx, { id });
    expect(desk.provider.calls).toHaveLength(0);
    expect(await desk.delivery(id)).toMatchObject({ status: "queued", attempts: 0 });
    await desk.patchSender({ status: "ok" });
    desk.clock.pass(2);
    await send(desk, id);
    expect(await desk.delivery(id)).toMatchObject({ status: "sent", attempts: 1 });
  });

  it("takes all along that share the server's own account, when that is what is blocked", async () => {
    const desk = await openDesk(world);
    const create = async (body: object) =>
      (await desk.owner.post<{ id: string }>("/api/senders", body)).body.id;
    const twin = await create({ name: "Twin", provider: "sandbox" });
    const own = await create({ name: "Own", provider: "sandbox", credentials: {} });
    const id = await desk.post({ sender_id: desk.senderId });
    desk.provider.next(
      answer({ kind: "blocked", scope: "account", code: "credentials_refused", detail: "" }),
    );
    await send(desk, id);
    expect((await desk.sender()).body).toMatchObject({ status: "blocked" });
    expect((await desk.sender(twin)).body).toMatchObject({ status: "blocked" });
    expect((await desk.sender(own)).body).toMatchObject({ status: "ok" });
  });

  it("whose credentials cannot be read is blocked before any call", async () => {
    const desk = await openDesk(world);
    const credentials = { token: "secret-token", profile_id: "p1" };
    const wappi = { name: "WhatsApp", provider: "wappi", credentials };
    const { id: senderId } = (await desk.owner.post<{ id: string }>("/api/senders", wappi)).body;
    const id = await desk.post({ sender_id: senderId });
    const other = { ...desk.ctx, secretKey: "another secret, as after a careless change of keys" };
    await sendDelivery(other, { id });
    expect(desk.provider.calls).toHaveLength(0);
    expect((await desk.sender(senderId)).body).toMatchObject({
      status: "blocked",
      status_reason: { code: "credentials_unreadable" },
    });
    await desk.patchSender({ status: "ok" }, senderId);
    desk.clock.pass(3);
    await send(desk, id);
    expect(await desk.delivery(id)).toMatchObject({ status: "sent", attempts: 1 });
  });

  it("calls no faster than its pace", async () => {
    const desk = await openDesk(world);
    await desk.patchSender({ rate_per_minute: 30 });
    const ids = await Promise.all(Array.from({ length: 5 }, () => desk.post()));
    const times: number[] = [];
    const start = desk.clock.now().getTime();
    for (let second = 0; second < 12; second++) {
      for (const id of ids) {
        desk.provider.next((message) => {
          times.push((desk.clock.now().getTime() - start) / 1000);
          return accept(message);
        });
        await send(desk, id);
      }
      desk.clock.pass(1);
    }
    expect(times).toEqual([0, 2, 4, 6, 8]);
    expect(new Set(desk.provider.calls.map(({ reference }) => reference))).toEqual(new Set(ids));
    // Each was put off once, to a moment of its own: no crowd comes back together.
    expect(desk.nudges.map(({ delay }) => delay).sort((a, b) => a - b)).toEqual([2, 4, 6, 8]);
  });

  it("does not make up for lost time with a burst", async () => {
    const desk = await openDesk(world);
    await desk.patchSender({ rate_per_minute: 6 });
    const ids = await Promise.all(Array.from({ length: 8 }, () => desk.post()));
    for (const id of ids) await send(desk, id);
    expect(desk.provider.calls).toHaveLength(1);
    // All promised moments pass while nothing works.
    desk.clock.pass(3600);
    for (const id of ids) await send(desk, id);
    expect(desk.provider.calls).toHaveLength(2);
    desk.clock.pass(10);
    for (const id of ids) await send(desk, id);
    expect(desk.provider.calls).toHaveLength(3);
  });

  it("plans anew when it is resumed or its pace is changed", async () => {
    const desk = await openDesk(world);
    await desk.patchSender({ rate_per_minute: 1 });
    const ids = await Promise.all(Array.from({ length: 6 }, () => desk.post()));
    for (const id of ids) await send(desk, id);
    expect(desk.nudges.map(({ delay }) => delay)).toEqual([60]);
    await desk.patchSender({ rate_per_minute: 60 });
    desk.clock.pass(1);
    for (const id of ids) await send(desk, id);
    expect(desk.provider.calls).toHaveLength(2);
    await desk.patchSender({ status: "paused" });
    desk.clock.pass(1);
    for (const id of ids) await send(desk, id);
    await desk.patchSender({ status: "ok" });
    for (let second = 0; second < 5; second++) {
      for (const id of ids) await send(desk, id);
      desk.clock.pass(1);
    }
    expect(desk.provider.calls).toHaveLength(6);
  });

  it("whose provider takes one call at a time gets no second one meanwhile", async () => {
    const desk = await openDesk(world);
    const wappi = { name: "WhatsApp", provider: "wappi", credentials: { token: "t", profile_id: "p" } };
    const created = await desk.owner.post<{ id: string }>("/api/senders", {
      ...wappi,
      rate_per_minute: 6000,
    });
    const sender_id = created.body.id;
    const [first, second] = [await desk.post({ sender_id }), await desk.post({ sender_id })];
    desk.provider.next(async (message) => {
      desk.clock.pass(5);
      await send(desk, second);
      expect(desk.provider.calls).toHaveLength(1);
      return accept(message);
    });
    await send(desk, first);
    expect(await desk.delivery(second)).toMatchObject({ status: "queued", attempts: 0 });
    desk.clock.pass(1);
    await send(desk, second);
    expect(await desk.delivery(second)).toMatchObject({ status: "sent" });
  });

  it("of a suspended company sends nothing until it is active again", async () => {
    const desk = await openDesk(world);
    const id = await desk.post();
    const setState = (state: string) =>
      desk.ctx.storage.commit([
        { sql: "UPDATE tenants SET state = ? WHERE tenant_id = ?", params: [state, desk.tenant.id] },
      ]);
    await setState("suspended");
    expect(await sweep(desk)).toBe(0);
    await send(desk, id);
    expect(desk.provider.calls).toHaveLength(0);
    await setState("active");
    expect(await sweep(desk)).toBe(1);
    await send(desk, id);
    expect(await desk.delivery(id)).toMatchObject({ status: "sent" });
  });
});
