import type { Binding } from '@portolan/composition';
import type { Service, TablePort } from '@portolan/kernel';
import { queueClients } from '../../clients/queue-clients.ts';
import { tableClients } from '../../clients/table-clients.ts';
import { isAzureTrigger } from '../../host/platform-triggers.ts';
import { tableResources } from '../../table/resources.ts';
import { eventGridTopicResource, eventSubscriptionResource } from '../../topic/resources.ts';
import { topicKey, type DoubleSubscription } from '../event-grid-double.ts';

type Env = Readonly<Record<string, string>>;

/** A service with everything that stands behind its ports. */
export interface Provisioned {
  readonly service: Service;
  readonly bindings: ReadonlyMap<string, Binding>;
  readonly env: Env;
}

const connection = 'AzureWebJobsStorage';

/** Creates the tables and queues of a service, those of its adapters' parts among them, as its deployment would. */
export async function provisionStorage({ service, bindings, env }: Provisioned): Promise<void> {
  const tables = [...bindings.values()].flatMap(({ port }) => {
    if (port.kind !== 'table') return [];
    const { table, indexes } = tableResources(service.name, port as TablePort, env);
    return [table, ...Object.values(indexes)];
  });
  const queues = subscriptionsOf({ service, bindings, env }).flatMap(({ triggers }) =>
    triggers.flatMap(({ kind, resource }) => (kind === 'storage-queue' ? [resource, `${resource}-poison`] : [])),
  );
  await Promise.all([
    ...tables.map(async (name) => (await tableClients(env).client(connection, name)).createTable()),
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

/**
 * Subscribes functions to their topics.
 *
 * @param webhook - Where Event Grid calls a function by itself.
 */
export async function provisionSubscriptions(
  given: Provisioned,
  eventGridPort: number,
  webhook: (functionName: string) => string,
): Promise<void> {
  for (const { name, port, filter, triggers } of subscriptionsOf(given)) {
    if (port.kind !== 'topic') continue;
    const direct = triggers.some(({ kind }) => kind === 'event-grid');
    const resource = eventSubscriptionResource(
      given.service.name,
      port.name,
      { name, filter },
      direct ? 'direct' : 'queue',
      given.env,
    );
    const destination: DoubleSubscription['destination'] = direct
      ? { endpointType: 'WebHook', endpointUrl: webhook(name) }
      : { endpointType: 'StorageQueue', queueName: resource.queues.queue };
    const url = `http://127.0.0.1:${eventGridPort}/topics/${resource.topic}/subscriptions/${resource.name}`;
    const body = JSON.stringify({ ...resource.properties, destination });
    const answer = await fetch(url, { method: 'PUT', body });
    if (!answer.ok) throw new Error(`subscription ${resource.name}: ${answer.status} ${await answer.text()}`);
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
