import { adapter, type Opening } from '@portolan/composition';
import type { Port, QueuePort } from '@portolan/kernel';
import type { GoogleRest } from '../clients/google-rest.ts';
import { clientsModule, pubsubToken } from '../clients/modules.ts';
import { projectId } from '../clients/settings.ts';
import { firestoreTable, type FirestoreTableOptions } from '../table/firestore-table.ts';
import { DeadLetters, deadLetterPort } from './dead-letters.ts';
import { HeldMessages, heldPort } from './held-messages.ts';
import { maxPubsubMessageBytes, Publisher } from './publisher.ts';
import { PubsubMessages } from './pubsub-messages.ts';
import { pubsubName } from './pubsub-names.ts';

export interface PubsubQueueOptions {
  /** Of the tables that keep dead letters, and how messages fare that must keep their order. */
  readonly tables?: FirestoreTableOptions;
}

/**
 * Queues on Pub/Sub, whose one subscription pushes each message to the function. Delays are Cloud Tasks' business: bind
 * cloudTasksQueue. Waits between attempts are spaced by the subscription's backoff once they are longer than that: a
 * message may come later than its own backoff says, never sooner.
 *
 * In an ordered queue a message waits in its place, and its key with it. One that waits for so long that Pub/Sub has handed
 * it over 50 times, which takes some 7 hours, goes to the end of its key.
 *
 * Dead letters lie in a table of their own on Firestore, and not in a topic: a subscription shows them in no order, to
 * nobody twice, and forgets them after a while.
 */
export const pubsubQueue = (options: PubsubQueueOptions = {}) =>
  adapter({
    kind: 'queue',
    cloud: 'gcp',
    name: 'pubsubQueue',
    guarantees: { delay: false, ordered: true, dedupe: false },
    limits: {
      maxMessageBytes: {
        max: maxPubsubMessageBytes,
        wayOut: 'keep the large part as an object and its name in the message',
      },
    },
    triggers: ({ service, port }) =>
      [[], ['dead']].map((parts) => ({ kind: 'pubsub-push', resource: pubsubName(service, port.name, parts) })),
    modules: [clientsModule],
    needs: [pubsubToken],
    parts(port: Port) {
      const adapter = firestoreTable(options.tables);
      const dead = { port: deadLetterPort(port.name), adapter };
      return (port as QueuePort).ordered ? { dead, held: { port: heldPort(port.name), adapter } } : { dead };
    },
    open({ service, port, environment, parts }: Opening<QueuePort>, rest: GoogleRest) {
      return new PubsubMessages(port, {
        subject: `queue "${port.name}"`,
        retry: port.retry,
        environment,
        publisher: new Publisher(rest, projectId()),
        againTopic: pubsubName(service, port.name),
        dead: new DeadLetters(port, parts['dead']),
        ...(port.ordered ? { held: new HeldMessages(parts['held'], environment) } : {}),
      });
    },
  });
