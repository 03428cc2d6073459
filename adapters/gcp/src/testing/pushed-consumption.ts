import { asHosted } from '@portolan/conformance/engine';
import type { Consumer, ConsumeOptions, Consumption, MessagePort, Port, Receiver } from '@portolan/kernel';
import type { GoogleRest } from '../clients/google-rest.ts';
import { hasStatus } from '../errors/google-fault.ts';
import type { PubsubResource } from '../queue/pubsub-resources.ts';
import type { PushRequest } from '../queue/push-request.ts';
import type { FunctionServer } from './function-server.ts';
import type { WorldTime } from './push-world.ts';

/** Of everything that harnesses make. */
export const project = 'portolan-test';

/** What the host of a function hands to its port. */
export const hosted = (
  time: WorldTime,
  port: MessagePort,
  consumer: Consumer,
  given: Partial<ConsumeOptions>,
): [Consumer, ConsumeOptions] =>
  asHosted(port, consumer, given, {
    now: () => time.now(),
    schedule: (at, ring) => time.alarm.schedule(at, ring),
  });

export interface PushPlace {
  readonly pubsub: GoogleRest;
  readonly server: FunctionServer;
}

/**
 * Has subscriptions pushed to a function of this process until stopped. One that nobody consumes has no endpoint, so that
 * Pub/Sub keeps what waits in it; consuming gives it one.
 *
 * @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/modifyPushConfig
 */
export async function consumePushed(
  { pubsub, server }: PushPlace,
  resources: readonly PubsubResource[],
  { port, receiver }: { readonly port: Port; readonly receiver: Receiver<PushRequest, void> },
  consumer: Consumer,
  options: ConsumeOptions,
): Promise<Consumption> {
  const path = `/${port.name}/${options.subscription}`;
  const underWay = new Set<Promise<void>>();
  server.serve(path, async (request) => {
    const received = receiver.receive(request, consumer, options);
    underWay.add(received);
    await received.finally(() => underWay.delete(received));
  });
  const point = async (endpoint: { readonly pushEndpoint?: string }): Promise<void> => {
    for (const { kind, name } of resources) if (kind === 'pubsub-subscription') await setPush(pubsub, name, endpoint);
  };
  await point({ pushEndpoint: server.urlOf(path) });
  return {
    async stop() {
      await point({});
      await Promise.allSettled(underWay);
    },
  };
}

const setPush = (rest: GoogleRest, name: string, pushConfig: object): Promise<unknown> =>
  rest.call({
    method: 'POST',
    path: `projects/${project}/subscriptions/${name}:modifyPushConfig`,
    body: { pushConfig },
    repeatable: true,
  });

/** Creates what the resources say, without endpoints; what stands already is left alone. */
export async function createPubsub(rest: GoogleRest, resources: readonly PubsubResource[]): Promise<void> {
  const topicPath = (name: string): string => `projects/${project}/topics/${name}`;
  for (const resource of resources) {
    const { kind: _, name, ...config } = resource;
    let path = topicPath(name);
    let body: unknown = {};
    if (resource.kind === 'pubsub-subscription') {
      path = `projects/${project}/subscriptions/${name}`;
      const { deadLetterPolicy: policy } = resource;
      body = {
        ...config,
        topic: topicPath(resource.topic),
        ...(policy && { deadLetterPolicy: { ...policy, deadLetterTopic: topicPath(policy.deadLetterTopic) } }),
      };
    }
    await rest.call({ method: 'PUT', path, body, repeatable: false }).catch((error: unknown) => {
      if (!hasStatus(error, 'ALREADY_EXISTS')) throw error;
    });
  }
}
