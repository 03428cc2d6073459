import { adapter, type Opening } from '@portolan/composition';
import { kibibytes, type Port, type QueuePort } from '@portolan/kernel';
import type { GoogleRest } from '../clients/google-rest.ts';
import { clientsModule, tasksToken } from '../clients/modules.ts';
import { projectId, region } from '../clients/settings.ts';
import { firestoreTable, type FirestoreTableOptions } from '../table/firestore-table.ts';
import { CloudTasksMessages } from './cloud-tasks-messages.ts';
import { cloudTasksQueueName } from './cloud-tasks-resources.ts';
import { TaskQueue, type CallSettings } from './cloud-tasks.ts';
import { DeadLetters, deadLetterPort } from './dead-letters.ts';
import { DedupeIds, dedupePort } from './dedupe-ids.ts';

/**
 * JSON of the largest message, in bytes. A task has 100 KB at most, by the reference of its API; 8 KB of them are left to
 * what travels with a message, its URL and its token's names.
 *
 * @see https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/create
 */
export const maxTaskMessageBytes = kibibytes(90);

export interface CloudTasksQueueOptions extends CallSettings {
  /** Where queues lie. @default the environment's `GOOGLE_CLOUD_REGION` */
  readonly location?: string;
  /** Of the tables that keep dead letters and dedupe ids. */
  readonly tables?: FirestoreTableOptions;
}

/**
 * Queues on Cloud Tasks, which calls the function for each message. Delays have no end: one beyond the 30 days of Cloud
 * Tasks goes there in steps. Dead letters, for which Cloud Tasks has no place, lie in a table of their own on Firestore;
 * so do dedupe ids, where a port asks for them.
 */
export const cloudTasksQueue = (options: CloudTasksQueueOptions = {}) =>
  adapter({
    kind: 'queue',
    cloud: 'gcp',
    name: 'cloudTasksQueue',
    guarantees: { delay: true, ordered: false, dedupe: true },
    limits: {
      maxMessageBytes: {
        max: maxTaskMessageBytes,
        wayOut: 'bind pubsubQueue, or keep the large part as an object and its name in the message',
      },
    },
    triggers: ({ service, port }) => [{ kind: 'cloud-tasks', resource: cloudTasksQueueName(service, port.name) }],
    modules: [clientsModule],
    needs: [tasksToken],
    parts(port: Port) {
      const adapter = firestoreTable(options.tables);
      const dead = { port: deadLetterPort(port.name), adapter };
      return (port as QueuePort).dedupe ? { dead, ids: { port: dedupePort(port.name), adapter } } : { dead };
    },
    open({ service, port, environment, parts }: Opening<QueuePort>, rest: GoogleRest) {
      const queue = taskQueuePath(service, port.name, options.location);
      const tasks = new TaskQueue(rest, queue, port, options, () => environment.clock.now());
      const ids = port.dedupe ? new DedupeIds(parts['ids'], environment) : undefined;
      return new CloudTasksMessages(port, tasks, new DeadLetters(port, parts['dead']), ids, environment);
    },
  });

/** The whole name of the queue behind a port. */
export const taskQueuePath = (service: string, port: string, location: string | undefined): string =>
  `projects/${projectId()}/locations/${location ?? region()}/queues/${cloudTasksQueueName(service, port)}`;
