import { resourceName } from '@portolan/node';
import { createHash } from 'node:crypto';

/** The queues that a port needs in its storage account. */
export interface QueueResources {
  readonly queue: string;
  /** Where the Functions host puts what it gives up, and this adapter what it buries. */
  readonly deadLetters: string;
}

/** What has to exist for a queue port, a timer port or the subscription of a topic port. */
export function queueResources(
  service: string,
  port: string,
  part?: string,
  env?: Readonly<Record<string, string | undefined>>,
): QueueResources {
  const queue = queueName(resourceName(service, port, part, env));
  return { queue, deadLetters: `${queue}${poisonSuffix}` };
}

/** @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#poison-messages */
const poisonSuffix = '-poison';
const maxNameLength = 63 - poisonSuffix.length;

/**
 * A resource's name as queues may be called: 3 to 63 of a-z, 0-9 and single hyphens inside, with room for the suffix of the
 * dead letters. One that does not fit is cut, and ends in eight characters of a hash.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata
 */
export function queueName(resource: string): string {
  if (/^[a-z0-9](-?[a-z0-9])+$/.test(resource) && resource.length >= 3 && resource.length <= maxNameLength)
    return resource;
  const hash = createHash('sha256').update(resource).digest('hex').slice(0, 8);
  const fitting = resource.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return `${fitting.slice(0, maxNameLength - hash.length - 1).replaceAll(/^-+|-+$/g, '')}-${hash}`;
}
