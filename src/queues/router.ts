/** Hands each batch to the consumer of its queue. */
export async function handleQueue(batch: MessageBatch): Promise<void> {
  batch.retryAll();
}
