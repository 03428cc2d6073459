import { adapter, type Opening } from '@portolan/composition';
import type { Port, TopicPort } from '@portolan/kernel';
import type { GoogleRest } from '../clients/google-rest.ts';
import { clientsModule, pubsubToken } from '../clients/modules.ts';
import { projectId } from '../clients/settings.ts';
import { DeadLetters, deadLetterPort } from '../queue/dead-letters.ts';
import { maxPubsubMessageBytes, Publisher } from '../queue/publisher.ts';
import { pubsubName } from '../queue/pubsub-names.ts';
import type { PubsubQueueOptions } from '../queue/pubsub-queue.ts';
import { firestoreTable } from '../table/firestore-table.ts';
import { PubsubEvents } from './pubsub-events.ts';
import { subscriptionTriggers } from './pubsub-topic-resources.ts';

/**
 * Topics on Pub/Sub, each subscription of which pushes to its function. Filterable fields travel as attributes, so that
 * Pub/Sub delivers only what a filter names. Copies of what failed go to a topic of the subscription's own; dead letters
 * lie in a table on Firestore, apart for each subscription.
 */
export const pubsubTopic = (options: PubsubQueueOptions = {}) =>
  adapter({
    kind: 'topic',
    cloud: 'gcp',
    name: 'pubsubTopic',
    guarantees: {},
    limits: {
      maxEventBytes: {
        max: maxPubsubMessageBytes,
        wayOut: 'keep the large part as an object and its name in the event',
      },
    },
    triggers: subscriptionTriggers,
    modules: [clientsModule],
    needs: [pubsubToken],
    parts: (port: Port) => ({
      dead: { port: deadLetterPort(port.name), adapter: firestoreTable(options.tables) },
    }),
    open({ service, port, environment, parts }: Opening<TopicPort>, rest: GoogleRest) {
      const names = {
        topic: pubsubName(service, port.name),
        again: (subscription: string) => pubsubName(service, port.name, [subscription, 'again']),
      };
      const deadOf = (subscription: string): DeadLetters =>
        new DeadLetters({ kind: port.kind, name: `${port.name}/${subscription}` }, parts['dead']);
      return new PubsubEvents(port, names, new Publisher(rest, projectId()), deadOf, environment);
    },
  });
