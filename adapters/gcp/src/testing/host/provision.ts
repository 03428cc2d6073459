import type { Binding } from '@portolan/composition';
import type { ObjectsPort, Port, QueuePort, Service, TimerPort, TopicPort } from '@portolan/kernel';
import { cloudRunChannelResources } from '../../channel/channel-resources.ts';
import type { GoogleRest } from '../../clients/google-rest.ts';
import {
  cloudStorageResources,
  type StorageBucketResource,
  type StorageNotificationResource,
} from '../../objects/storage-resources.ts';
import { cloudTasksQueueResource } from '../../queue/cloud-tasks-resources.ts';
import { pubsubQueueResources, type PubsubResource } from '../../queue/pubsub-resources.ts';
import { firestoreTableResources } from '../../table/firestore-resources.ts';
import { pubsubTopicResources, type TopicSubscription } from '../../topic/pubsub-topic-resources.ts';
import { restOf } from '../table-harness.ts';

/** Where a service is deployed to, and how it is called. */
export interface Target {
  /** Where the engine listens that stands for Google's APIs. */
  readonly port: number;
  readonly project: string;
  readonly location: string;
  /** Where each function is reached, by its name. */
  readonly urls: Readonly<Record<string, string>>;
  /** The service account in whose name functions are called. */
  readonly invoker: string;
}

interface Making {
  readonly service: Service;
  readonly target: Target;
  readonly v1: GoogleRest;
  readonly v2: GoogleRest;
  readonly storage: GoogleRest;
  /** The function that a push subscription calls, by the subscription's name. */
  readonly pushed: ReadonlyMap<string, string>;
}

/**
 * Makes in the engine what has to exist for a service: what each adapter says of its ports, parts included, and a job for
 * each schedule.
 */
export async function provision(
  service: Service,
  bindings: ReadonlyMap<string, Binding>,
  target: Target,
): Promise<void> {
  const v1 = restOf(target.port, 'v1');
  const [v2, storage] = [restOf(target.port, 'v2'), restOf(target.port, 'storage/v1')];
  const making = { service, target, v1, v2, storage, pushed: pushedTo(service, bindings) };
  for (const { port, adapter } of bindings.values()) {
    if (adapter.cloud === 'any') continue;
    const make = makers[adapter.name];
    if (make === undefined) throw new RangeError(`nothing here knows how to make what ${adapter.name} needs`);
    await make(making, port);
  }
  for (const [name, { trigger }] of Object.entries(service.functions)) {
    if (trigger.kind === 'every') await makeJob(making, name, '* * * * *', 'Etc/UTC');
    else if (trigger.kind === 'cron') await makeJob(making, name, trigger.pattern, trigger.timeZone);
  }
}

/** The name of the job that runs a function. */
const jobName = ({ project, location }: Target, service: string, functionName: string): string =>
  `projects/${project}/locations/${location}/jobs/${service}-${functionName}`;

/**
 * Has the schedule of a function call it.
 *
 * @param at - When the tick was due, milliseconds since 1970.
 * @throws {Error} where it was not answered as done.
 */
export async function tickJob(target: Target, service: string, functionName: string, at: number): Promise<void> {
  const job = jobName(target, service, functionName);
  const body = JSON.stringify({ job, at });
  const answer = await fetch(`http://127.0.0.1:${target.port}/double/tick`, { method: 'POST', body });
  const { status } = (await answer.json()) as { readonly status?: number };
  if (status !== 204) throw new Error(`the tick of ${job} was answered with ${status}`);
}

const makers: Readonly<Record<string, (making: Making, port: Port) => Promise<void>>> = {
  async firestoreTable({ service, target, v1 }, port) {
    for (const { collection, field, indexes, ttl } of firestoreTableResources(service.name, port)) {
      const body = { indexConfig: { indexes }, ...(ttl ? { ttlConfig: {} } : {}) };
      const database = `projects/${target.project}/databases/(default)`;
      const path = `${database}/collectionGroups/${collection}/fields/${field}`;
      await v1.call({ method: 'PATCH', path, body, repeatable: true });
    }
  },
  cloudTasksQueue: makeTaskQueue,
  cloudTasksTimer: makeTaskQueue,
  async pubsubQueue(making, port) {
    await makePubsub(making, pubsubQueueResources(making.service.name, port as unknown as QueuePort));
  },
  async pubsubTopic(making, port) {
    const resources = pubsubTopicResources(making.service.name, port as unknown as TopicPort, listeners(making, port));
    await makePubsub(making, resources);
  },
  async cloudRunChannel(making, port) {
    await makePubsub(making, cloudRunChannelResources(making.service.name, port));
  },
  async cloudStorageObjects(making, port) {
    const { project } = making.target;
    const own = port as unknown as ObjectsPort;
    const resources = cloudStorageResources(making.service.name, own, listeners(making, port), { project });
    for (const resource of resources) {
      if (resource.kind === 'storage-bucket' || resource.kind === 'storage-notification')
        await makeStorage(making, resource);
      else await makePubsub(making, [resource]);
    }
  },
};

/** The functions that listen to a port. */
const listeners = ({ service }: Making, port: Port): readonly TopicSubscription[] =>
  Object.entries(service.functions).flatMap(([name, { trigger }]) =>
    trigger.kind === 'message' && trigger.port.name === port.name ? [{ name, filter: trigger.filter }] : [],
  );

async function makeStorage(
  { target, storage }: Making,
  resource: StorageBucketResource | StorageNotificationResource,
): Promise<void> {
  if (resource.kind === 'storage-bucket') {
    const path = `b?project=${target.project}`;
    await storage.call({ method: 'POST', path, body: { name: resource.name }, repeatable: false });
    return;
  }
  const body = {
    topic: `//pubsub.googleapis.com/projects/${target.project}/topics/${resource.topic}`,
    event_types: resource.eventTypes,
    payload_format: resource.payloadFormat,
    object_name_prefix: resource.objectNamePrefix,
  };
  await storage.call({ method: 'POST', path: `b/${resource.bucket}/notificationConfigs`, body, repeatable: false });
}

async function makeTaskQueue({ service, target, v2 }: Making, port: Port): Promise<void> {
  const { kind: _, name, ...config } = cloudTasksQueueResource(service.name, port as unknown as QueuePort | TimerPort);
  const parent = `projects/${target.project}/locations/${target.location}/queues`;
  await v2.call({ method: 'POST', path: parent, body: { name: `${parent}/${name}`, ...config }, repeatable: false });
}

async function makePubsub({ target, v1, pushed }: Making, resources: readonly PubsubResource[]): Promise<void> {
  const topicPath = (name: string): string => `projects/${target.project}/topics/${name}`;
  for (const resource of resources) {
    const { kind: _, name } = resource;
    if (resource.kind === 'pubsub-topic') {
      await v1.call({ method: 'PUT', path: topicPath(name), body: {}, repeatable: false });
      continue;
    }
    const { kind: __, name: ___, topic, deadLetterPolicy: policy, ...config } = resource;
    const body = {
      ...config,
      topic: topicPath(topic),
      ...(policy && { deadLetterPolicy: { ...policy, deadLetterTopic: topicPath(policy.deadLetterTopic) } }),
      pushConfig: {
        pushEndpoint: target.urls[pushed.get(name)!]!,
        oidcToken: { serviceAccountEmail: target.invoker },
      },
    };
    await v1.call({ method: 'PUT', path: `projects/${target.project}/subscriptions/${name}`, body, repeatable: false });
  }
}

async function makeJob({ service, target, v1 }: Making, name: string, schedule: string, timeZone: string) {
  const httpTarget = { uri: target.urls[name]!, oidcToken: { serviceAccountEmail: target.invoker } };
  const job = { name: jobName(target, service.name, name), schedule, timeZone, httpTarget };
  const path = job.name.slice(0, job.name.lastIndexOf('/'));
  await v1.call({ method: 'POST', path, body: job, repeatable: false });
}

function pushedTo(service: Service, bindings: ReadonlyMap<string, Binding>): ReadonlyMap<string, string> {
  const calls = Object.entries(service.functions).flatMap(([subscription, { trigger }]) => {
    if (trigger.kind !== 'message') return [];
    const { adapter, port } = bindings.get(trigger.port.name)!;
    return adapter
      .triggers({ service: service.name, port, subscription })
      .flatMap(({ kind, resource }) => (kind === 'pubsub-push' ? [[resource, subscription] as const] : []));
  });
  return new Map(calls);
}
