import type { Binding } from '@portolan/composition';
import type { Service, TablePort } from '@portolan/kernel';
import { webPubSubConnection, webPubSubHubResource } from '../../channel/resources.ts';
import { blobClients } from '../../clients/blob-clients.ts';
import { queueClients } from '../../clients/queue-clients.ts';
import { tableClients } from '../../clients/table-clients.ts';
import { isAzureTrigger } from '../../host/platform-triggers.ts';
import { blobContainer, blobSubscriptionResources } from '../../objects/resources.ts';
import { tableResources } from '../../table/resources.ts';
import { eventGridTopicResource, eventSubscriptionResource } from '../../topic/resources.ts';
import { storageTopic } from '../blob-additions.ts';
import { topicKey, type DoubleSubscription } from '../event-grid-double.ts';
import type { WebPubSubDouble } from '../web-pubsub/web-pubsub-double.ts';

type Env = Readonly<Record<string, string>>;

/** A service with everything that stands behind its ports. */
export interface Provisioned {
  readonly service: Service;
  readonly bindings: ReadonlyMap<string, Binding>;
  readonly env: Env;
}

const connection = 'AzureWebJobsStorage';

/** Creates the tables, queues and containers of a service, those of its adapters' parts among them, as its deployment would. */
export async function provisionStorage({ service, bindings, env }: Provisioned): Promise<void> {
  const tables = [...bindings.values()].flatMap(({ port }) => {
    if (port.kind !== 'table') return [];
    const { table, indexes } = tableResources(service.name, port as TablePort, env);
    return [table, ...Object.values(indexes)];
  });
  const containers = [...bindings.values()].flatMap(({ port }) =>
    port.kind === 'objects' ? [blobContainer(service.name, port.name, env)] : [],
  );
  const queues = subscriptionsOf({ service, bindings, env }).flatMap(({ triggers }) =>
    triggers.flatMap(({ kind, resource }) => (kind === 'storage-queue' ? [resource, `${resource}-poison`] : [])),
  );
  await Promise.all([
    ...tables.map(async (name) => (await tableClients(env).client(connection, name)).createTable()),
    ...containers.map(async (name) =>
      (await blobClients({ env }).container(connection, name)).steady.createIfNotExists(),
    ),
    ...queues.map(async (name) => (await queueClients(env).client(connection, name)).createIfNotExists()),
  ]);
}

/** The settings by which an app finds its topics in the double of Event Grid. */
export function topicSettings({ service, bindings, env }: Provisioned, eventGridPort: number): Env {
  const topics = [...bindings.values()].filter(({ port }) => port.kind === 'topic');
  const settings = topics.flatMap(({ port }) => {
    const { name, connection: prefix } = eventGridTopicResource(service.name, port.name, env);
    const endpoint = `http://127.0.0.1:${eventGridPort}/topics/${name}/api/events`;
    return [
      [`${prefix}__topicEndpointUri`, endpoint],
      [`${prefix}__topicKey`, topicKey],
    ];
  });
  return Object.fromEntries(settings) as Env;
}

/** The settings by which an app finds its hubs in a double of Web PubSub. */
export function hubSettings({ service, bindings }: Omit<Provisioned, 'env'>, sockets: WebPubSubDouble): Env {
  const channels = [...bindings.values()].filter(({ port }) => port.kind === 'channel');
  const settings = channels.map(({ port }) => [webPubSubConnection(service.name, port.name), sockets.connectionString]);
  return Object.fromEntries(settings) as Env;
}

/**
 * Has the hubs of a service call the functions of its channels.
 *
 * @param url - Where the function app answers.
 */
export async function provisionHubs({ service, env }: Provisioned, sockets: WebPubSubDouble, url: string) {
  for (const { trigger } of Object.values(service.functions)) {
    if (trigger.kind !== 'channel') continue;
    const { name, properties } = webPubSubHubResource(
      service.name,
      trigger.port.name,
      { url, path: trigger.path },
      env,
    );
    await sockets.configure(name, properties);
  }
}

/**
 * Subscribes functions to their topics, and to what the account tells of objects.
 *
 * @param webhook - Where Event Grid calls a function by itself.
 */
export async function provisionSubscriptions(
  given: Provisioned,
  eventGridPort: number,
  webhook: (functionName: string) => string,
): Promise<void> {
  const subscribe = async (topic: string, name: string, properties: object): Promise<void> => {
    const url = `http://127.0.0.1:${eventGridPort}/topics/${topic}/subscriptions/${name}`;
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(properties) });
    if (!answer.ok) throw new Error(`subscription ${name}: ${answer.status} ${await answer.text()}`);
  };
  for (const { name, port, filter, triggers } of subscriptionsOf(given)) {
    const subscription = { name, filter };
    if (port.kind === 'objects') {
      const { subscriptions } = blobSubscriptionResources(given.service.name, port.name, subscription, given.env);
      for (const one of subscriptions) await subscribe(storageTopic, one.name, one.properties);
    }
    if (port.kind !== 'topic') continue;
    const direct = triggers.some(({ kind }) => kind === 'event-grid');
    const resource = eventSubscriptionResource(
      given.service.name,
      port.name,
      subscription,
      direct ? 'direct' : 'queue',
      given.env,
    );
    const destination: DoubleSubscription['destination'] = direct
      ? { endpointType: 'WebHook', endpointUrl: webhook(name) }
      : { endpointType: 'StorageQueue', queueName: resource.queues.queue };
    await subscribe(resource.topic, resource.name, { ...resource.properties, destination });
  }
}

/** The functions that are triggered by ports, with what calls them. */
function subscriptionsOf({ service, bindings }: Provisioned) {
  return Object.entries(service.functions).flatMap(([name, { trigger }]) => {
    if (trigger.kind !== 'message') return [];
    const { port, adapter } = bindings.get(trigger.port.name)!;
    const triggers = adapter.triggers({ service: service.name, port, subscription: name }).filter(isAzureTrigger);
    return [{ name, port, filter: trigger.filter, triggers }];
  });
}
