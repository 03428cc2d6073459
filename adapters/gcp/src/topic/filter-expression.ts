import { utf8Bytes, type TopicFilter } from '@portolan/kernel';

/** @see https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax */
export const maxFilterBytes = 256;
/** @see https://cloud.google.com/pubsub/quotas#resource_limits */
const maxKeyBytes = 256;
const maxValueBytes = 1_024;

/** Before the name of each field: attributes must not begin with "goog". */
const prefix = 'f_';

/**
 * The filterable fields of an event as attributes, which Pub/Sub can filter by. What is too long for an attribute is left
 * out: no filter that Pub/Sub takes can name it.
 */
export function attributesOf(
  filterable: readonly string[],
  event: unknown,
): Readonly<Record<string, string>> | undefined {
  const fields = event as Readonly<Record<string, unknown>>;
  const entries = filterable.flatMap((field) => {
    const value = fields[field];
    const key = `${prefix}${field}`;
    const fits = typeof value === 'string' && utf8Bytes(value) <= maxValueBytes && utf8Bytes(key) <= maxKeyBytes;
    return fits ? [[key, value] as const] : [];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/**
 * A filter in Pub/Sub's language.
 *
 * @returns `''`, which filters nothing, also where a filter cannot be said in its 256 bytes: the function filters again, so
 *   that what Pub/Sub does not hold back is let go there.
 */
export function filterExpression(filter: TopicFilter): string {
  const fields = Object.entries(filter).filter(([, values]) => values !== undefined) as [string, readonly string[]][];
  const sayable = fields.every(([field, values]) => values.length > 0 && [field, ...values].every(isPrintable));
  if (!sayable) return '';
  const clauses = fields.map(([field, values]) => {
    const equal = values.map((value) => `attributes.${keyOf(`${prefix}${field}`)} = ${quoted(value)}`);
    return equal.length === 1 ? equal[0]! : `(${equal.join(' OR ')})`;
  });
  const expression = clauses.join(' AND ');
  return utf8Bytes(expression) <= maxFilterBytes ? expression : '';
}

const keyOf = (key: string): string => (/^[\w-]+$/.test(key) ? key : quoted(key));
export const quoted = (text: string): string => `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
export const isPrintable = (text: string): boolean => !/\p{C}/u.test(text);
