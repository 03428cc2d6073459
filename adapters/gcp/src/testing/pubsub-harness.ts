import type { Harness } from '@portolan/conformance';
import {
  type Consumer,
  type ConsumeOptions,
  type ContractOf,
  type MessagePort,
  type Port,
  type QueuePort,
  type Receiver,
  type TablePort,
  type TopicPort,
} from '@portolan/kernel';
import type { GoogleRest } from '../clients/google-rest.ts';
import { DeadLetters, deadLetterPort } from '../queue/dead-letters.ts';
import { HeldMessages, heldPort } from '../queue/held-messages.ts';
import { Publisher } from '../queue/publisher.ts';
import { PubsubMessages } from '../queue/pubsub-messages.ts';
import { pubsubName } from '../queue/pubsub-names.ts';
import { pubsubQueueResources } from '../queue/pubsub-resources.ts';
import type { PushRequest } from '../queue/push-request.ts';
import { Collection } from '../table/collection.ts';
import { FirestoreItems } from '../table/firestore-items.ts';
import { pubsubTopicResources } from '../topic/pubsub-topic-resources.ts';
import { PubsubEvents } from '../topic/pubsub-events.ts';
import { startFunctionServer } from './function-server.ts';
import { freshService } from './harness-environment.ts';
import type { WorldTime } from './push-world.ts';
import { consumePushed, createPubsub, hosted, project } from './pushed-consumption.ts';

const database = `projects/${project}/databases/(default)`;

/** An engine under these harnesses: where it listens, and how its time goes. */
export interface PubsubWorld {
  readonly pubsub: GoogleRest;
  readonly firestore: GoogleRest;
  readonly time: WorldTime;
}

/**
 * Queues and topics on Pub/Sub, pushed to functions of this process. A subscription that nobody consumes has no endpoint,
 * so that Pub/Sub keeps what waits in it; consuming gives it one.
 *
 * @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/modifyPushConfig
 */
export async function pubsubHarness(world: PubsubWorld): Promise<Harness> {
  const service = freshService();
  const server = await startFunctionServer();
  const { pubsub, time } = world;
  const { environment } = time;
  const opened = new Map<string, unknown>();
  const part = (port: unknown): FirestoreItems => {
    const { name } = port as TablePort;
    const collection = new Collection(world.firestore, database, `${service}-${name}`);
    return new FirestoreItems(port as TablePort, collection, environment);
  };

  function make(port: QueuePort | TopicPort): unknown {
    const publisher = new Publisher(pubsub, project);
    const dead = part(deadLetterPort(port.name));
    if (port.kind === 'topic') {
      const names = {
        topic: pubsubName(service, port.name),
        again: (subscription: string) => pubsubName(service, port.name, [subscription, 'again']),
      };
      const deadOf = (subscription: string): DeadLetters =>
        new DeadLetters({ kind: 'topic', name: `${port.name}/${subscription}` }, dead);
      return new PubsubEvents(port, names, publisher, deadOf, environment);
    }
    return new PubsubMessages(port, {
      subject: `queue "${port.name}"`,
      retry: port.retry,
      environment,
      publisher,
      againTopic: pubsubName(service, port.name),
      dead: new DeadLetters(port, dead),
      ...(port.ordered ? { held: new HeldMessages(part(heldPort(port.name)), environment) } : {}),
    });
  }

  async function open<P extends Port>(port: P): Promise<ContractOf<P>> {
    if (!opened.has(port.name)) {
      const own = port as unknown as QueuePort | TopicPort;
      const resources =
        own.kind === 'topic' ? pubsubTopicResources(service, own, []) : pubsubQueueResources(service, own);
      await createPubsub(pubsub, resources);
      opened.set(port.name, make(own));
    }
    return opened.get(port.name) as ContractOf<P>;
  }

  async function consume(port: MessagePort, consumer: Consumer, given: Partial<ConsumeOptions> = {}) {
    const receiver = (await open(port)) as unknown as Receiver<PushRequest, void>;
    const [timed, options] = hosted(time, port, consumer, given);
    const own = port as QueuePort | TopicPort;
    const subscription = { name: options.subscription, filter: options.filter };
    const resources =
      own.kind === 'topic' ? pubsubTopicResources(service, own, [subscription]) : pubsubQueueResources(service, own);
    await createPubsub(pubsub, resources);
    return consumePushed({ pubsub, server }, resources, { port, receiver }, timed, options);
  }

  return {
    open,
    consume,
    now: () => time.now(),
    pass: (durationMs) => time.pass(durationMs),
    settle: () => time.settle(),
    // The engine's time is moved, and goes on with the machine's.
    patience: 3,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
