import { resourceName } from '@portolan/node';

/**
 * The id of a topic or a subscription.
 *
 * @param parts - After the port's name: a subscription's, `again`, `dead`.
 * @throws {RangeError} for a name that Pub/Sub does not take: over 255 letters, or beginning with `goog`.
 * @see https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names
 */
export function pubsubName(
  service: string,
  port: string,
  parts: readonly string[] = [],
  env?: Readonly<Record<string, string | undefined>>,
): string {
  const name = resourceName(service, port, parts.length === 0 ? undefined : parts.join('-'), env);
  if (name.length <= 255 && !name.startsWith('goog')) return name;
  const why = name.length > 255 ? 'it has more than 255 letters' : 'it begins with "goog"';
  throw new RangeError(`"${name}" is no name for Pub/Sub: ${why}`);
}
