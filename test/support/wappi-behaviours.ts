import type { ServerResponse } from "node:http";

interface Exchange {
  readonly response: ServerResponse;
  /** Lets the message out, and gives the documented answer that says so. */
  deliver(): Record<string, unknown>;
  /** Ends when the stand-in's `release()` is called. */
  readonly released: Promise<void>;
}

/** How one send to the stand-in goes. */
export type Behaviour = (exchange: Exchange) => void | Promise<void>;

export const behaviours = {
  accept({ response, deliver }) {
    answer(response, 200, deliver());
  },
  /** Answers well, but not before `release()`; the message goes out then. */
  async slow({ response, deliver, released }) {
    await released;
    answer(response, 200, deliver());
  },
  serverError({ response }) {
    answer(response, 500, { status: "error", detail: "Internal error" });
  },
  badGateway({ response }) {
    const page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
    answer(response, 502, page, { "content-type": "text/html" });
  },
  /** Lets the message out, then breaks off in the middle of saying so. */
  deliverAndResetMidBody({ response, deliver }) {
    const body = Buffer.from(JSON.stringify(deliver()));
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
    response.write(body.subarray(0, body.length / 2), () => response.destroy());
  },
  /** Breaks off before anything happens; from outside the same as `deliverAndReset`. */
  reset({ response }) {
    response.destroy();
  },
  deliverAndReset({ response, deliver }) {
    deliver();
    response.destroy();
  },
  /** Lets the message out and never says so. */
  deliverAndHang({ deliver }) {
    deliver();
  },
  /** Lets the message out and answers what nobody can read. */
  deliverAndBabble({ response, deliver }) {
    deliver();
    answer(response, 200, '{"status": "done", "message_id":', { "content-type": "application/json" });
  },
  ban({ response }) {
    answer(response, 200, { status: "error", detail: "temporary ban" });
  },
  offline({ response }) {
    answer(response, 200, { status: "error", detail: "Profile is offline" });
  },
  unpaid({ response }) {
    answer(response, 402, { status: "error", detail: "Profile is not paid" });
  },
} satisfies Record<string, Behaviour>;

/** Too many requests; `retryAfter` is the header as it is, if any. */
export function throttle(retryAfter?: string): Behaviour {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return answerWith(429, { status: "error", detail: "Too many requests" }, headers);
}

/** Refuses this message in these words. */
export function reject(detail: string): Behaviour {
  return answerWith(200, { status: "error", detail });
}

/** Answers exactly this, and lets nothing out. */
export function answerWith(
  status: number,
  body: object | string,
  headers: Record<string, string> = {},
): Behaviour {
  return ({ response }) => answer(response, status, body, headers);
}

export function answer(
  response: ServerResponse,
  status: number,
  body: object | string,
  headers: Record<string, string> = {},
): void {
  const isText = typeof body === "string";
  response.writeHead(status, { ...(isText ? {} : { "content-type": "application/json" }), ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
