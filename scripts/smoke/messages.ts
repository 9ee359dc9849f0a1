import { type Chapter, check, checkEqual, need, owner, type Scene } from "./scene.ts";

interface Delivery {
  readonly id: string;
  readonly status: string;
  readonly address: string;
  readonly provider_message_id?: string;
  readonly error?: { readonly code: string; readonly detail: string };
}

const PATIENCE_MS = 90_000;
const PAUSE_MS = 500;
/** Those that a message passes through on its way. */
const UNDERWAY = new Set(["queued", "calling"]);

const messagesOf = (scene: Scene) => `/api/data/leads/${need(scene, "leadId")}/messages`;

export const messages: Chapter = {
  title: "Messages (through a sandbox: nothing leaves the server)",
  steps: [
    {
      name: "a sandbox sender is set up",
      async run(scene) {
        const sender = { name: `Smoke test ${scene.run}`, provider: "sandbox" };
        const { body } = await owner(scene).post<{ id: string; webhook_url: string }>(
          201,
          "/api/senders",
          sender,
        );
        scene.facts.sender = body;
        scene.cleanup.push({
          name: "the sender is deleted",
          run: async () => void (await owner(scene).delete(204, `/api/senders/${body.id}`)),
        });
      },
    },
    {
      name: "a message is taken at once, and once for one Idempotency-Key",
      async run(scene) {
        const request = {
          json: { body: "Smoke test", sender_id: need(scene, "sender").id },
          headers: { "idempotency-key": `smoke-${scene.run}` },
        };
        const send = () => owner(scene).send<Delivery>(202, "POST", messagesOf(scene), request);
        const { body } = await send();
        scene.facts.deliveryId = body.id;
        checkEqual([body.status, body.address], ["queued", "+79123456789"], "status and address");
        const again = await Promise.all([send(), send(), send()]);
        checkEqual(
          again.map((answer) => answer.body),
          [body, body, body],
          "the answer to the repetitions",
        );
        const list = await owner(scene).get<{ data: Delivery[] }>(200, messagesOf(scene));
        checkEqual(
          list.body.data.map(({ id }) => id),
          [body.id],
          "the record's list of messages",
        );
      },
    },
    {
      name: "it is sent in the background",
      async run(scene) {
        const delivery = await settled(scene, need(scene, "deliveryId"));
        checkEqual(delivery.status, "sent", "status");
        check(delivery.provider_message_id !== undefined, "there is no provider_message_id");
      },
    },
    {
      name: "the provider's report makes it delivered",
      async run(scene) {
        const path = `/api/deliveries/${need(scene, "deliveryId")}`;
        const { body } = await owner(scene).get<Delivery>(200, path);
        const report = { message_id: body.provider_message_id, status: "delivered" };
        await scene.anonymous.post(200, need(scene, "sender").webhook_url, report);
        const after = await owner(scene).get<Delivery>(200, path);
        checkEqual(after.body.status, "delivered", "status");
      },
    },
    {
      name: "what the provider refuses is failed, with its words",
      async run(scene) {
        const message = { body: "[sandbox:reject] Smoke test", sender_id: need(scene, "sender").id };
        const { body } = await owner(scene).post<Delivery>(202, messagesOf(scene), message);
        const { status, error } = await settled(scene, body.id);
        checkEqual(status, "failed", "status");
        check((error?.detail ?? "") !== "", "there is no error.detail");
      },
    },
    {
      name: "a colleague without the right cannot send",
      async run(scene) {
        const { client } = need(scene, "colleague");
        await client.post(403, messagesOf(scene), { body: "Smoke test" });
      },
    },
  ],
};

/** The delivery once it has got somewhere. */
async function settled(scene: Scene, id: string): Promise<Delivery> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { body } = await owner(scene).get<Delivery>(200, `/api/deliveries/${id}`);
    if (!UNDERWAY.has(body.status)) return body;
    if (Date.now() > deadline) throw new Error(`it is still ${body.status} after ${PATIENCE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
