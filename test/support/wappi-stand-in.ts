import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answer, type Behaviour, behaviours } from "./wappi-behaviours.ts";

/** A request that reached the stand-in, whatever it did with it. */
export interface WappiCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
  /** Parsed JSON, or the raw text when it is none. */
  readonly body: unknown;
}

/** A message that went out to its recipient. */
export interface WappiMessage {
  readonly id: string;
  readonly taskId: string;
  /** Digits only, as it was asked for. */
  readonly recipient: string;
  readonly body: string;
  readonly createdAt: Date;
}

export interface WappiStandIn {
  readonly url: string;
  /** Every request, in the order they came. */
  readonly calls: readonly WappiCall[];
  /** Every message that went out: the truth that the CRM's own states are compared with. */
  readonly messages: readonly WappiMessage[];
  /** How the next sends go, one each; after them sends go well again. */
  next(...behaviours: Behaviour[]): void;
  /** How every send goes from now on, `next` aside. */
  always(behaviour: Behaviour): void;
  /** Lets go of what `behaviours.slow` holds. */
  release(): void;
  /** Ends once so many requests have come in, answered or not. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface WappiAccount {
  readonly token: string;
  readonly profileId: string;
  /** 0: any free port. */
  readonly port?: number;
}

/**
 * Starts a server that behaves like Wappi.pro's documented WhatsApp API (send, task, history), over real
 * HTTP on this machine, and misbehaves on command. What it says when it refuses is undocumented: `{status:
 * "error", detail}`, as clients of it have seen.
 */
export async function startWappiStandIn({ token, profileId, port = 0 }: WappiAccount): Promise<WappiStandIn> {
  const calls: WappiCall[] = [];
  const messages: WappiMessage[] = [];
  const planned: Behaviour[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let usual: Behaviour = behaviours.accept;
  let release = Promise.withResolvers<void>();

  function deliver(recipient: string, body: string): Record<string, unknown> {
    const serial = (messages.length + 1).toString(16).toUpperCase().padStart(16, "0");
    const id = `3EB0${serial}`;
    const message = { id, taskId: crypto.randomUUID(), recipient, body, createdAt: new Date() };
    messages.push(message);
    return { ...stamp(message.createdAt), message_id: id, task_id: message.taskId };
  }

  async function answerSend(call: WappiCall, response: ServerResponse): Promise<void> {
    const { recipient, body } = (call.body ?? {}) as Record<string, unknown>;
    if (typeof recipient !== "string" || !/^\d{7,15}$/.test(recipient)) {
      return answer(response, 400, { status: "error", detail: "Wrong recipient" });
    }
    if (typeof body !== "string" || body === "") {
      return answer(response, 400, { status: "error", detail: "Empty body" });
    }
    const behave = planned.shift() ?? usual;
    await behave({ response, deliver: () => deliver(recipient, body), released: release.promise });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await readCall(request);
    calls.push(call);
    for (const waiter of waiting) if (waiter.count <= calls.length) waiter.resolve();
    if (call.headers.authorization !== token) {
      return answer(response, 401, { status: "error", detail: "Wrong token" });
    }
    if (call.query.profile_id !== profileId) {
      return answer(response, 404, { status: "error", detail: "Profile not found" });
    }
    switch (`${call.method} ${call.path}`) {
      case "POST /api/sync/message/send":
        return answerSend(call, response);
      case "GET /api/task/get":
        return answerTask(response, messages, call.query.task_id, profileId);
      case "GET /api/sync/messages/history":
        return answerHistory(response, messages, Number(call.query.limit ?? 200));
      default:
        return answer(response, 404, { status: "error", detail: "Not found" });
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    messages,
    next: (...coming) => void planned.push(...coming),
    always(behaviour) {
      usual = behaviour;
    },
    release() {
      release.resolve();
      release = Promise.withResolvers();
    },
    async received(count) {
      if (calls.length >= count) return;
      await new Promise<void>((resolve) => waiting.push({ count, resolve }));
    },
    async close() {
      release.resolve();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The documented webhook about a message's delivery: `pending`, `delivered`, `read`, `undelivered`, … */
export function deliveryStatus(message: WappiMessage, status: string, profileId: string): object {
  const now = new Date();
  return {
    messages: {
      id: message.id,
      profile_id: profileId,
      wh_type: "delivery_status",
      timestamp: now.toISOString(),
      time: Math.floor(now.getTime() / 1000),
      from: "79959640099@c.us",
      to: chat(message.recipient),
      chat_id: chat(message.recipient),
      status,
      task_id: message.taskId,
    },
  };
}

/** Posts a webhook as Wappi does: JSON, no signature, the secret being in the address. */
export function postWebhook(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

function answerTask(
  response: ServerResponse,
  messages: readonly WappiMessage[],
  taskId: string | undefined,
  profileId: string,
): void {
  const message = messages.find((candidate) => candidate.taskId === taskId);
  if (!message) {
    answer(response, 404, { status: "error", detail: "Task not found" });
    return;
  }
  answer(response, 200, {
    status: "done",
    task: {
      task_id: message.taskId,
      command_start: message.createdAt.toISOString(),
      command: "sendMessage",
      recipient: chat(message.recipient),
      uuid: profileId,
      body: message.body,
      response: {
        ...stamp(message.createdAt),
        detail: "",
        task_id: message.taskId,
        command_end: message.createdAt.toISOString(),
        uuid: profileId,
        message_id: message.id,
      },
      is_first: true,
    },
  });
}

function answerHistory(response: ServerResponse, messages: readonly WappiMessage[], limit: number): void {
  const latest = messages.toReversed().slice(0, limit);
  answer(response, 200, {
    status: "done",
    detail: latest.map((message) => ({
      delivered: "success",
      recipient: chat(message.recipient),
      message: message.body,
      caption: "",
      created_at: message.createdAt.toISOString(),
      task_name: "sendMessage",
      id: message.id,
      task_id: message.taskId,
    })),
    all_messages_count: messages.length,
  });
}

async function readCall(request: IncomingMessage): Promise<WappiCall> {
  const url = new URL(request.url ?? "/", "http://stand-in");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: parse(text),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function stamp(at: Date): Record<string, unknown> {
  return { status: "done", timestamp: Math.floor(at.getTime() / 1000), time: at.toISOString() };
}

function chat(recipient: string): string {
  return `${recipient}@c.us`;
}
