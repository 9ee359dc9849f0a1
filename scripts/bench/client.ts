import { Agent, type IncomingHttpHeaders, request } from "node:http";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Client {
  /** @throws Error for any answer but 2xx: a bench of failures measures nothing. */
  send(request: Request): Promise<Reply>;
  close(): void;
}

/**
 * A client of one server that keeps its connections. Node's own `http`, because `fetch` costs this process several
 * times as much, and this process shares the machine with the server it measures.
 */
export function openClient(base: URL, connections: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    async send(wanted) {
      const reply = await exchange(base, agent, wanted);
      if (reply.status >= 200 && reply.status < 300) return reply;
      throw new Error(
        `${wanted.method} ${wanted.path} answered ${reply.status}: ${reply.text.slice(0, 2_000)}`,
      );
    },
    close: () => agent.destroy(),
  };
}

function exchange(base: URL, agent: Agent, { method, path, headers, body }: Request): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : Buffer.from(body);
    const length = payload && { "content-length": String(payload.length) };
    const sent = request(new URL(path, base).href, { method, agent, headers: { ...headers, ...length } });
    sent.once("error", reject);
    sent.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    sent.end(payload);
  });
}
