import { utf8Bytes, type Carried, type ObjectCreated, type TopicFilter } from '@portolan/kernel';
import { createHash } from 'node:crypto';
import { carriedIn, textOf, type PushedMessage } from '../queue/push-message.ts';
import { isPrintable, maxFilterBytes, quoted } from '../topic/filter-expression.ts';

/** @see https://cloud.google.com/storage/docs/pubsub-notifications#events */
export const finalized = 'OBJECT_FINALIZE';

/**
 * What a message says was created: a notification of the bucket, or a copy of one that has to come again.
 *
 * @returns `undefined` for what is neither.
 * @see https://cloud.google.com/storage/docs/pubsub-notifications#format
 */
export function createdIn(message: PushedMessage): Carried | undefined {
  const { eventType, objectId: key, objectGeneration: tag, eventTime } = message.attributes ?? {};
  if (eventType === undefined) return carriedIn(message);
  if (eventType !== finalized || key === undefined || tag === undefined) return undefined;
  const { size, timeCreated } = resourceIn(message);
  const at = Date.parse(eventTime ?? timeCreated ?? '');
  if (size === undefined || Number.isNaN(at)) return undefined;
  const created: ObjectCreated = { key, tag, sizeBytes: Number(size) };
  return { id: idOf(created), message: created, at, attempts: 0 };
}

/** The same however often Cloud Storage notifies: what it publishes twice has different ids of Pub/Sub. */
const idOf = ({ key, tag }: ObjectCreated): string =>
  `${tag}-${createHash('sha256').update(key).digest('base64url').slice(0, 22)}`;

function resourceIn(message: PushedMessage): { readonly size?: string; readonly timeCreated?: string } {
  try {
    return (JSON.parse(textOf(message)) ?? {}) as { readonly size?: string; readonly timeCreated?: string };
  } catch {
    return {};
  }
}

/**
 * The filter of a function's subscription in Pub/Sub's language.
 *
 * @returns `''`, which filters nothing, where it cannot be said in 256 bytes: the function filters again.
 * @see https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax
 */
export function prefixExpression(filter: TopicFilter): string {
  const prefixes = prefixesOf(filter);
  if (!prefixes.every(isPrintable)) return '';
  const expression = prefixes.map((prefix) => `hasPrefix(attributes.objectId, ${quoted(prefix)})`).join(' OR ');
  return utf8Bytes(expression) <= maxFilterBytes ? expression : '';
}

/** The longest beginning of the keys that any of the functions is called for: of no others is Pub/Sub told. */
export function commonPrefix(filters: readonly TopicFilter[]): string {
  if (filters.length === 0 || filters.some(({ prefix }) => prefix === undefined)) return '';
  const [first = '', ...others] = filters.flatMap(prefixesOf);
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  const common = first.slice(0, length);
  // A surrogate pair is one character.
  return common.isWellFormed() ? common : common.slice(0, -1);
}

const prefixesOf = (filter: TopicFilter): readonly string[] => (filter as TopicFilter<'prefix'>).prefix ?? [];
