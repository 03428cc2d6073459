import type { PushRequest } from '../queue/push-request.ts';
import type { CloudRequest } from './request.ts';

const published = 'google.cloud.pubsub.topic.v1.messagePublished';

/**
 * What a port's adapter is to receive: a task as Cloud Tasks sends it, or a message as a push subscription of Pub/Sub does.
 *
 * Eventarc delivers messages of Pub/Sub as CloudEvents. In binary mode the body is that of a push subscription already, and
 * the headers say what event it is; in structured mode it is a part of the body, and is taken out here.
 *
 * @see https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/pubsub/v1/data.proto
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
export function deliveryOf({ headers, rawBody = new Uint8Array() }: CloudRequest): PushRequest {
  const structured = /^application\/cloudevents\+json\b/i.test(headers['content-type'] ?? '');
  return { headers, body: structured ? (dataIn(rawBody) ?? rawBody) : rawBody };
}

/** @returns `undefined` for what is no message of Pub/Sub; the adapter then says that it knows nothing of it. */
function dataIn(body: Uint8Array): object | undefined {
  const { type, data, data_base64: encoded } = parsed(Buffer.from(body).toString());
  if (type !== published) return undefined;
  if (typeof encoded === 'string') return parsed(Buffer.from(encoded, 'base64').toString());
  return typeof data === 'object' && data !== null ? data : undefined;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
