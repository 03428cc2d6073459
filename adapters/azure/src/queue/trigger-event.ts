/**
 * What the queue trigger of Azure Functions calls a function with: one message, and what the host knows of it. With
 * `storageQueue(name, { handler: (message, context) => … })` that is `{ message, triggerMetadata: context.triggerMetadata }`.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#message-metadata
 */
export interface QueueTriggerEvent {
  /** Its text, read from base64; the library makes an object of it where it is JSON. */
  readonly message: unknown;
  readonly triggerMetadata: QueueTriggerMetadata;
}

/** As the host gives it; numbers and instants may come as text. */
export interface QueueTriggerMetadata {
  readonly id?: unknown;
  /** How often this message was handed over, this time included. */
  readonly dequeueCount?: unknown;
  readonly insertionTime?: unknown;
}

export const isQueueEvent = (event: unknown): event is QueueTriggerEvent =>
  typeof event === 'object' && event !== null && 'triggerMetadata' in event && 'message' in event;

/** The id of the message, how often it was handed over, and when it was sent. */
export function metadataOf({ id, dequeueCount, insertionTime }: QueueTriggerMetadata, now: number) {
  const count = Number(dequeueCount);
  const at = Date.parse(String(insertionTime));
  return {
    id: typeof id === 'string' ? id : '',
    deliveries: Number.isInteger(count) && count > 0 ? count : 1,
    at: Number.isNaN(at) ? now : at,
  };
}
