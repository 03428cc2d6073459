import type { AdvancedFilter, EventFilter } from '../topic/resources.ts';

/** What Event Grid takes in one request, in bytes. @see https://learn.microsoft.com/azure/event-grid/quotas-limits */
export const maxPublishBytes = 1_048_576;

/** An answer to a publisher that is refused. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface PublishRequest {
  readonly apiVersion: string | null;
  readonly contentType: string | undefined;
  readonly key: string | undefined;
  readonly body: Buffer;
}

type Attributes = Readonly<Record<string, unknown>>;

/**
 * Reads what is published to a topic in the CloudEvents schema.
 *
 * @param key - The topic's access key.
 * @see https://learn.microsoft.com/azure/event-grid/post-to-custom-topic
 * @see https://learn.microsoft.com/azure/event-grid/authenticate-with-access-keys-shared-access-signatures
 */
export function readPublished(request: PublishRequest, key: string): readonly Attributes[] | Refusal {
  if (request.key !== key) return refusal(401, 'Unauthorized', 'the key does not match');
  if (request.apiVersion !== '2018-01-01')
    return refusal(400, 'BadRequest', `api-version ${request.apiVersion} is none`);
  if (!/^application\/cloudevents(-batch)?\+json\b/.test(request.contentType ?? ''))
    return refusal(415, 'UnsupportedMediaType', `content type ${request.contentType} is not of CloudEvents`);
  if (request.body.length > maxPublishBytes)
    return refusal(413, 'RequestEntityTooLarge', `${request.body.length} bytes; at most ${maxPublishBytes}`);
  const events = parsed(request.body.toString());
  if (!Array.isArray(events) || events.length === 0) return refusal(400, 'BadRequest', 'not a batch of events');
  const fault = events.map(faultOf).find((found) => found !== undefined);
  return fault === undefined ? (events as readonly Attributes[]) : refusal(400, 'BadRequest', fault);
}

const refusal = (status: number, code: string, message: string): Refusal => ({ status, code, message });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#required-attributes */
function faultOf(event: unknown): string | undefined {
  if (typeof event !== 'object' || event === null) return 'an event is no object';
  const attributes = event as Attributes;
  if (attributes['specversion'] !== '1.0') return 'specversion must be "1.0"';
  const missing = ['id', 'source', 'type'].find(
    (name) => typeof attributes[name] !== 'string' || attributes[name] === '',
  );
  if (missing !== undefined) return `the attribute "${missing}" is missing`;
  const odd = Object.keys(attributes).find((name) => !/^[a-z0-9_]+$/.test(name));
  return odd === undefined ? undefined : `"${odd}" is no name of an attribute`;
}

/**
 * Whether a filter lets an event through.
 *
 * @see https://learn.microsoft.com/azure/event-grid/event-filtering
 */
export function passes(filter: EventFilter, event: Attributes): boolean {
  const { includedEventTypes, subjectBeginsWith = '', isSubjectCaseSensitive = false, advancedFilters } = filter;
  const fold = (text: unknown): string => (isSubjectCaseSensitive ? String(text) : String(text).toLowerCase());
  if (includedEventTypes !== undefined && !includedEventTypes.includes(String(event['type']))) return false;
  if (!fold(event['subject'] ?? '').startsWith(fold(subjectBeginsWith))) return false;
  return advancedFilters.every((one) => passesAdvanced(one, event));
}

/** Strings compare without regard to case. What is not there is in no list of values. */
function passesAdvanced({ operatorType, key, values }: AdvancedFilter, event: Attributes): boolean {
  const found = key.split('.').reduce<unknown>((at, name) => (at as Attributes | null | undefined)?.[name], event);
  const isIn = typeof found === 'string' && values.some((value) => value.toLowerCase() === found.toLowerCase());
  return operatorType === 'StringIn' ? isIn : !isIn;
}

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
const schedule = [
  10 * seconds,
  30 * seconds,
  minutes,
  5 * minutes,
  10 * minutes,
  30 * minutes,
  hours,
  3 * hours,
  6 * hours,
];

/** How long Event Grid waits for the answer of an endpoint, in milliseconds. */
export const answerMs = 30 * seconds;

/** What becomes of an event that was not delivered. */
export type Fate =
  { readonly kind: 'retry'; readonly afterMs: number } | { readonly kind: 'dead'; readonly reason: string };

/**
 * @param attempts - Made so far, at least 1.
 * @param ageMs - Since the event was published.
 * @param status - What the endpoint answered; `undefined` for nothing in time.
 * @see https://learn.microsoft.com/azure/event-grid/delivery-and-retry#retry-schedule
 */
export function fateOf(
  attempts: number,
  ageMs: number,
  status: number | undefined,
  policy: { readonly maxDeliveryAttempts: number; readonly eventTimeToLiveInMinutes: number },
): Fate {
  if (status !== undefined && [400, 401, 403, 413].includes(status))
    return { kind: 'dead', reason: `status ${status}` };
  if (attempts >= policy.maxDeliveryAttempts) return { kind: 'dead', reason: 'MaxDeliveryAttemptsExceeded' };
  const afterMs = schedule[attempts - 1] ?? 12 * hours;
  if (ageMs + afterMs > policy.eventTimeToLiveInMinutes * minutes)
    return { kind: 'dead', reason: 'TimeToLiveExceeded' };
  return { kind: 'retry', afterMs };
}
