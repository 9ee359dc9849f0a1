import type { MessageSender, OutgoingMessage, SendOutcome } from "../../src/gateways/message-sender.ts";

type Play = (message: OutgoingMessage) => SendOutcome | Promise<SendOutcome>;

/**
 * A provider whose answers a test writes, and whose log is the truth that our own states are compared with.
 * Over real HTTP, the unit tests of the gateways and the end-to-end tests do the same.
 */
export interface ScriptedProvider {
  /** Every call, in the order they came. */
  readonly calls: readonly OutgoingMessage[];
  readonly sender: MessageSender;
  /** How the next calls go, one each; after them calls are accepted. */
  next(...plays: Play[]): void;
}

export function makeScriptedProvider(): ScriptedProvider {
  const calls: OutgoingMessage[] = [];
  const planned: Play[] = [];
  return {
    calls,
    next: (...plays) => void planned.push(...plays),
    sender: {
      capabilities: { clientRef: false, dedupe: "none", lookup: "none", perSenderConcurrency: 1 },
      async send({ reference, to, body }) {
        const message = { reference, to, body };
        calls.push(message);
        return (planned.shift() ?? accept)(message);
      },
      parseWebhook: () => [],
    },
  };
}

export const accept: Play = ({ reference }) => ({ kind: "accepted", providerMessageId: `m-${reference}` });

export function answer(outcome: SendOutcome): Play {
  return () => outcome;
}
