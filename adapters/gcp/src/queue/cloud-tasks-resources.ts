import { resourceName } from '@portolan/node';

/** A queue of Cloud Tasks. @see https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues */
export interface CloudTasksQueueResource {
  readonly kind: 'cloud-tasks-queue';
  readonly name: string;
  readonly rateLimits: { readonly maxDispatchesPerSecond: number; readonly maxConcurrentDispatches: number };
  readonly retryConfig: {
    /** -1: until it is answered. */
    readonly maxAttempts: number;
    /** Durations as `1.5s`. */
    readonly minBackoff: string;
    readonly maxBackoff: string;
    readonly maxDoublings: number;
  };
}

/** Letters that a queue's id may have. @see https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues */
const maxNameLength = 100;

/**
 * The id of the queue behind a port.
 *
 * @throws {RangeError} where stage, service and port are longer together than an id may be.
 */
export function cloudTasksQueueName(
  service: string,
  port: string,
  env?: Readonly<Record<string, string | undefined>>,
): string {
  const name = resourceName(service, port, undefined, env);
  if (name.length <= maxNameLength) return name;
  throw new RangeError(`"${name}" is no name for a queue of Cloud Tasks: it has more than ${maxNameLength} letters`);
}

/**
 * What has to exist for a queue or a timer on Cloud Tasks; its parts' tables besides. A task that fails is answered for by
 * the function, which sends a copy that knows when it may come: what Cloud Tasks retries by itself are calls that got no
 * such answer, as while a function is out of order. So its own retries have nothing to do with the port's; the function
 * is the one to give up.
 */
export function cloudTasksQueueResource(service: string, port: { readonly name: string }): CloudTasksQueueResource {
  return {
    kind: 'cloud-tasks-queue',
    name: cloudTasksQueueName(service, port.name),
    rateLimits: { maxDispatchesPerSecond: 500, maxConcurrentDispatches: 1_000 },
    retryConfig: { maxAttempts: -1, minBackoff: '1s', maxBackoff: '600s', maxDoublings: 16 },
  };
}
