import { checkObjectKey, unpackCarried, type Arrival } from '@portolan/kernel';
import { metadataOf, type QueueTriggerEvent } from '../queue/trigger-event.ts';

/** What arrived in the queue of a function that is called for created objects. */
export type BlobArrival =
  /** A copy that was sent after a failure, or what belongs to nobody: settled as it is. */
  { readonly kind: 'carried'; readonly arrival: Arrival } | ({ readonly kind: 'created' } & CreatedBlob);

/** What Event Grid has put there. */
export interface CreatedBlob {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly deliveries: number;
  /** What its key may be, see {@link keysIn}. */
  readonly keys: readonly string[];
  /** The key as the event has it, which may have lost some characters. */
  readonly subjectKey: string;
  readonly tag: string;
  readonly sizeBytes: number;
}

interface BlobCreatedEvent {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time?: string;
  readonly data: { readonly eTag: string; readonly contentLength: number; readonly url?: string };
}

/**
 * Reads a message of the queue.
 *
 * @see https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage
 */
export function blobArrivalOf({ message, triggerMetadata }: QueueTriggerEvent, now: number): BlobArrival {
  const { deliveries, ...known } = metadataOf(triggerMetadata, now);
  const carried = unpackCarried(typeof message === 'string' ? message : JSON.stringify(message));
  if (carried !== undefined) return { kind: 'carried', arrival: { carried, deliveries } };
  if (!isBlobCreated(message)) {
    return { kind: 'carried', arrival: { carried: { ...known, attempts: 0, message }, deliveries } };
  }
  const { id, subject, time, data } = message;
  const at = Date.parse(time ?? '');
  const subjectKey = subject.split('/blobs/').slice(1).join('/blobs/');
  return {
    kind: 'created',
    id,
    at: Number.isNaN(at) ? now : at,
    deliveries,
    keys: keysIn(subjectKey, data.url),
    subjectKey,
    tag: data.eTag.replaceAll('"', ''),
    sizeBytes: data.contentLength,
  };
}

function isBlobCreated(value: unknown): value is BlobCreatedEvent {
  const { id, type, subject, data } = (value ?? {}) as Partial<BlobCreatedEvent>;
  return (
    typeof id === 'string' &&
    type === 'Microsoft.Storage.BlobCreated' &&
    typeof subject === 'string' &&
    typeof data?.eTag === 'string' &&
    typeof data.contentLength === 'number'
  );
}

/** What has stood for a character that the event could not carry. */
const lost = '\ufffd';

/**
 * The keys that an event may mean, the likeliest first. Neither the subject nor the URL is said to be percent-encoded or not:
 * observed are both as they are; characters beyond U+FFFF were seen to get lost.
 *
 * @see https://github.com/Azure/azure-sdk-for-net/issues/23634
 * @see https://github.com/Azure-Samples/azure-event-grid-viewer/issues/9
 */
export function keysIn(subjectKey: string, url: string | undefined): readonly string[] {
  const urlKey = keyInUrl(subjectKey, url);
  const whole = !subjectKey.includes(lost);
  // Without a per cent sign nothing is encoded; and where one is the encoded form of the other, that other is the key.
  if (whole && !subjectKey.includes('%')) return [subjectKey];
  if (whole && urlKey !== subjectKey && decoded(urlKey) === subjectKey) return [subjectKey];
  const possible = [subjectKey, decoded(subjectKey), decoded(urlKey), urlKey];
  return [...new Set(possible)].filter((key): key is string => key !== undefined && !key.includes(lost) && isKey(key));
}

/** The end of the URL, with as many segments as the subject has: before it, there are the container and, in emulators, the account. */
function keyInUrl(subjectKey: string, url: string | undefined): string | undefined {
  const path = /^https?:\/\/[^/]+\/(.*)$/s.exec(url ?? '')?.[1]?.split('/') ?? [];
  const segments = subjectKey.split('/').length;
  return path.length > segments ? path.slice(-segments).join('/') : undefined;
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function isKey(key: string): boolean {
  try {
    checkObjectKey('', key);
    return true;
  } catch {
    return false;
  }
}

/** Whether a key may be what an event could not write down: it is the same but for the characters that were lost. */
export function mayBe(key: string, subjectKey: string): boolean {
  return key.length === subjectKey.length && [...Array(key.length).keys()].every((at) => same(key, subjectKey, at));
}

const same = (key: string, subjectKey: string, at: number): boolean =>
  subjectKey[at] === lost || subjectKey[at] === key[at];

/** All that is before the first character that was lost; `undefined` where none was. */
export const keptPrefix = (subjectKey: string): string | undefined =>
  subjectKey.includes(lost) ? subjectKey.split(lost, 1)[0]! : undefined;
