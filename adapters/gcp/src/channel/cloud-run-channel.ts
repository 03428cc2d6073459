import { adapter, type Opening } from '@portolan/composition';
import type { ChannelPort, Port } from '@portolan/kernel';
import { setTimeout as delay } from 'node:timers/promises';
import type { GoogleRest } from '../clients/google-rest.ts';
import { clientsModule, pubsubToken } from '../clients/modules.ts';
import { projectId } from '../clients/settings.ts';
import { Publisher } from '../queue/publisher.ts';
import { pubsubName } from '../queue/pubsub-names.ts';
import { firestoreTable, type FirestoreTableOptions } from '../table/firestore-table.ts';
import { fanFilter } from './fan-message.ts';
import { FanOut } from './fan-out.ts';
import { InstanceSubscription } from './instance-subscription.ts';
import { Presence, presencePort } from './presence.ts';
import { RunChannel } from './run-channel.ts';
import { noSocketsModule, socketsToken, type FindSockets } from './run-sockets.ts';

/**
 * JSON of the largest message, in bytes: nearly what Pub/Sub takes in a second of what must keep its order.
 *
 * @see https://cloud.google.com/pubsub/docs/ordering
 */
export const maxRunMessageBytes = 900_000;

export interface CloudRunChannelOptions {
  /**
   * How often peers are asked whether they live; one that has not answered when it is asked again has ended.
   * Milliseconds. @default 30,000
   */
  readonly heartbeatMs?: number;
  /** Of the table that knows which connections stand. */
  readonly tables?: FirestoreTableOptions;
}

/**
 * Channels whose sockets end in the container instances of a Cloud Run service: serve their function with cloudRun().
 * Everything else of a service may push, wherever it runs.
 *
 * Instances tell each other through Pub/Sub: each has a subscription of its own, made as it starts and deleted as it ends,
 * or by Pub/Sub after a day. What one process pushes arrives in its order, up to 1 MB a second to other instances; pushes to
 * sockets of the same instance take no detour. A push to a group costs one message, and one delivery for each instance.
 *
 * What is known of connections elsewhere: each stands in a table on Firestore from before its client is let in until it has
 * ended, and each instance says three times a minute that it lives. So `send` reads two documents and answers `gone` for a
 * connection that has ended, or whose instance has been dead for a minute; `sent` says that Pub/Sub has it for an instance
 * that holds the connection. `join` and `leave` return once that instance has done it.
 *
 * Cloud Run ends sockets at its request timeout, which is 60 minutes at most; each socket counts as a request of the
 * instance's concurrency for as long as it is open. Session affinity is not needed. With no minimum of instances, the last
 * socket's end may end the last instance.
 *
 * @see https://cloud.google.com/run/docs/triggering/websockets
 */
export const cloudRunChannel = (options: CloudRunChannelOptions = {}) =>
  adapter({
    kind: 'channel',
    cloud: 'gcp',
    name: 'cloudRunChannel',
    guarantees: { slowClients: true } as const,
    limits: {
      maxMessageBytes: {
        max: maxRunMessageBytes,
        wayOut: 'keep the large part as an object and its name in the message',
      },
    },
    modules: [clientsModule, noSocketsModule],
    needs: [pubsubToken, socketsToken],
    parts: (port: Port) => ({
      presence: { port: presencePort(port.name), adapter: firestoreTable(options.tables) },
    }),
    open({ service, port, environment, parts }: Opening<ChannelPort>, pubsub: GoogleRest, findSockets: FindSockets) {
      const project = projectId();
      const self = environment.ids.next();
      const topic = pubsubName(service, port.name);
      return new RunChannel(port, {
        self,
        environment,
        fan: new FanOut(new Publisher(pubsub, project), topic, self),
        presence: new Presence(parts['presence'], environment.clock),
        subscription: () =>
          new InstanceSubscription(pubsub, {
            project,
            topic,
            name: pubsubName(service, port.name, [self]),
            filter: fanFilter(self),
            log: environment.log,
          }),
        findSockets,
        wait: (ms) => delay(ms),
        ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
      });
    },
  });
