/**
 * A company that sends messages, with time and provider in the test's hands:
 *
 *     const desk = await openDesk(world);
 *     const id = await desk.post();                  // POST …/messages → 202
 *     await sendDelivery(desk.ctx, { id });          // what the queue consumer does
 *     expect(desk.provider.calls).toHaveLength(1);
 *     desk.clock.pass(60);
 */
import { env } from "cloudflare:workers";
import { openPlatform } from "../../src/compose.ts";
import type { PlatformContext, TenantContext } from "../../src/domain/context.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { D1Meter } from "../../src/storage/meter.ts";
import { makeScriptedProvider, type ScriptedProvider } from "./scripted-provider.ts";
import type { Answer, MemberClient, TestTenant, World } from "./world.ts";

export interface TestClock extends Clock {
  pass(seconds: number): void;
}

/** Begins a moment after now, so that what the API has just made due is due. */
export function makeClock(): TestClock {
  let time = Date.now() + 1_000;
  return {
    now: () => new Date(time),
    pass(seconds) {
      time += seconds * 1_000;
    },
  };
}

export interface Delivery {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  readonly provider_message_id?: string;
  readonly error?: { readonly code: string; readonly detail: string };
  readonly sent_at?: string;
  readonly delivered_at?: string;
}

export interface Desk {
  readonly tenant: TestTenant;
  readonly owner: MemberClient;
  readonly leadId: string;
  /** The sandbox sender that every company begins with. */
  readonly senderId: string;
  readonly clock: TestClock;
  readonly provider: ScriptedProvider;
  /** The system's own context: scripted provider, the test's clock. */
  readonly ctx: TenantContext;
  /** How many seconds from now each nudge was for, 0 for at once. */
  readonly nudges: readonly { readonly id: string; readonly delay: number }[];
  /** Queues a message and answers its id. */
  post(message?: Readonly<Record<string, unknown>>): Promise<string>;
  delivery(id: string): Promise<Delivery>;
  sender(id?: string): Promise<Answer>;
  patchSender(change: Readonly<Record<string, unknown>>, id?: string): Promise<Answer>;
}

export async function openDesk(
  world: World,
  options: { shard?: string; meter?: D1Meter } = {},
): Promise<Desk> {
  const tenant = await world.tenant({ shard: options.shard ?? "01" });
  const { owner } = tenant;
  const lead = { organization_name: "Acme", contact_number: "+79123456789" };
  const leadId = (await owner.post<{ id: string }>("/api/data/leads", lead)).body.id;
  const senders = await owner.get<{ id: string }[]>("/api/senders");
  const senderId = senders.body[0]?.id ?? "";
  const clock = makeClock();
  const provider = makeScriptedProvider();
  const nudges: { id: string; delay: number }[] = [];
  const opened = openPlatform(env, options.meter).openTenant(tenant.shard, tenant.id);
  const ctx: TenantContext = {
    ...opened,
    clock,
    gateways: {
      ...opened.gateways,
      openSender: () => provider.sender,
      nudge(ids, delay = 0) {
        nudges.push(...ids.map((id) => ({ id, delay })));
      },
    },
  };
  return {
    tenant,
    owner,
    leadId,
    senderId,
    clock,
    provider,
    ctx,
    nudges,
    async post(message = {}) {
      const body = { body: "Hello", ...message };
      const {
        status,
        body: made,
        text,
      } = await owner.post<{ id: string }>(`/api/data/leads/${leadId}/messages`, body);
      if (status !== 202) throw new Error(`the message was refused: ${text}`);
      return made.id;
    },
    delivery: async (id) => (await owner.get<Delivery>(`/api/deliveries/${id}`)).body,
    sender: (id = senderId) => owner.get(`/api/senders/${id}`),
    patchSender: (change, id = senderId) => owner.patch(`/api/senders/${id}`, change),
  };
}

/** The platform with the test's clock, for sweeps. */
export function withClock(platform: PlatformContext, clock: Clock): PlatformContext {
  return { ...platform, clock };
}
