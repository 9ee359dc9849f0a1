/** A queue that keeps what it is sent and hands nothing over, so that a test decides when anything happens. */
export interface HeldQueue extends Queue {
  readonly sent: readonly { readonly body: unknown; readonly delaySeconds: number | undefined }[];
  /** Whether it is out of order. */
  broken: boolean;
}

export function makeHeldQueue(): HeldQueue {
  const sent: { body: unknown; delaySeconds: number | undefined }[] = [];
  const queue = {
    sent,
    broken: false,
    async sendBatch(messages: Iterable<MessageSendRequest>) {
      const batch = [...messages];
      if (queue.broken) throw new Error("the queue is out of order");
      if (batch.length > 100) throw new Error("a batch of more than 100 messages");
      for (const { body, delaySeconds } of batch) sent.push({ body, delaySeconds });
    },
  };
  return queue as unknown as HeldQueue;
}
