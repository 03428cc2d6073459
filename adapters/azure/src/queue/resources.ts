import { resourceName } from '@portolan/node';
import { storageName } from '../clients/storage-name.ts';

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

/** A resource's name as queues may be called, with room for the suffix of the dead letters. */
export const queueName = (resource: string): string => storageName(resource, maxNameLength);
