import type { ObjectsHarness } from '@portolan/conformance';
import type { EngineProcess } from '@portolan/conformance/engine';
import {
  type Consumer,
  type ConsumeOptions,
  type ContractOf,
  type MessagePort,
  type ObjectsPort,
  type Port,
  type Receiver,
  type TablePort,
} from '@portolan/kernel';
import { ownerOfEmulator } from '../clients/credentials.ts';
import { GoogleRest, type RestOptions } from '../clients/google-rest.ts';
import { keySigner, type FindSigner } from '../clients/signers.ts';
import { bucketName } from '../objects/bucket-name.ts';
import { Bucket } from '../objects/bucket.ts';
import { StorageObjects } from '../objects/storage-objects.ts';
import { cloudStorageResources, type StorageResource } from '../objects/storage-resources.ts';
import { DeadLetters, deadLetterPort } from '../queue/dead-letters.ts';
import { Publisher } from '../queue/publisher.ts';
import { pubsubName } from '../queue/pubsub-names.ts';
import type { PubsubResource } from '../queue/pubsub-resources.ts';
import type { PushRequest } from '../queue/push-request.ts';
import { Collection } from '../table/collection.ts';
import { FirestoreItems } from '../table/firestore-items.ts';
import { startFunctionServer } from './function-server.ts';
import { freshService } from './harness-environment.ts';
import { PushWorld } from './push-world.ts';
import { consumePushed, createPubsub, hosted, project } from './pushed-consumption.ts';
import { restOf } from './table-harness.ts';

const database = `projects/${project}/databases/(default)`;

export interface ObjectsWorldOptions {
  /** Of streams, in bytes. @default 8 MiB, as in production */
  readonly chunkBytes?: number;
  readonly rest?: RestOptions;
  /** @default by the key of the double's service account */
  readonly findSigner?: FindSigner;
}

/** The Cloud Storage JSON API of an engine. */
export const storageOf = ({ port }: EngineProcess, options?: RestOptions): GoogleRest =>
  new GoogleRest(`http://127.0.0.1:${port}/storage/v1/`, ownerOfEmulator, options);

/** Asks something of the doubles themselves. */
export async function askDoubles<T>({ port }: EngineProcess, path: string, body: unknown = {}): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}/double/${path}`, { method: 'POST', body: JSON.stringify(body) });
  return (await answer.json()) as T;
}

/** Objects over the double of Cloud Storage, whose notifications the double of Pub/Sub pushes; in time that can be moved. */
export async function objectsHarness(
  engine: EngineProcess,
  { chunkBytes = 8 * 1024 * 1024, rest, findSigner }: ObjectsWorldOptions = {},
): Promise<ObjectsHarness> {
  const service = freshService();
  const world = new PushWorld(engine);
  const server = await startFunctionServer();
  const storage = storageOf(engine, rest);
  const pubsub = restOf(engine.port, 'v1');
  const opened = new Map<string, Promise<StorageObjects>>();
  const signerOf = async () => {
    const key = await askDoubles<{ client_email: string; private_key: string }>(engine, 'service-account');
    return keySigner(key.client_email, key.private_key);
  };

  async function make(port: ObjectsPort): Promise<StorageObjects> {
    await createStorage(storage, pubsub, cloudStorageResources(service, port, [], { project }));
    const { name } = deadLetterPort(port.name);
    const rows = new FirestoreItems(
      deadLetterPort(port.name) as unknown as TablePort,
      new Collection(pubsub, database, `${service}-${name}`),
      world.environment,
    );
    return new StorageObjects(port, {
      bucket: new Bucket(storage, bucketName(service, port.name, project)),
      origin: storage.origin,
      findSigner: findSigner ?? signerOf,
      chunkBytes,
      environment: world.environment,
      publisher: new Publisher(pubsub, project),
      againTopic: (subscription) => pubsubName(service, port.name, [subscription, 'again']),
      deadOf: (subscription) => new DeadLetters({ kind: 'objects', name: `${port.name}/${subscription}` }, rows),
    });
  }

  async function open<P extends Port>(port: P): Promise<ContractOf<P>> {
    if (!opened.has(port.name)) opened.set(port.name, make(port as unknown as ObjectsPort));
    return (await opened.get(port.name)) as unknown as ContractOf<P>;
  }

  async function consume(port: MessagePort, consumer: Consumer, given: Partial<ConsumeOptions> = {}) {
    const receiver = (await open(port)) as unknown as Receiver<PushRequest, void>;
    const [timed, options] = hosted(world, port, consumer, given);
    const subscription = { name: options.subscription, filter: options.filter };
    const resources = cloudStorageResources(service, port as ObjectsPort, [subscription], { project });
    await createStorage(storage, pubsub, resources);
    return consumePushed({ pubsub, server }, pubsubOf(resources), { port, receiver }, timed, options);
  }

  return {
    open,
    consume,
    async request(url, { method = 'GET', headers = {}, body } = {}) {
      const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: Buffer.from(body) }) });
      const received = new Uint8Array(await answer.arrayBuffer());
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: received };
    },
    now: () => world.now(),
    pass: (durationMs) => world.pass(durationMs),
    settle: () => world.settle(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const pubsubOf = (resources: readonly StorageResource[]): readonly PubsubResource[] =>
  resources.filter((resource) => resource.kind === 'pubsub-topic' || resource.kind === 'pubsub-subscription');

/** Creates what the resources say; buckets and notifications that stand already are left alone. */
export async function createStorage(
  storage: GoogleRest,
  pubsub: GoogleRest,
  resources: readonly StorageResource[],
): Promise<void> {
  await createPubsub(pubsub, pubsubOf(resources));
  for (const resource of resources) {
    if (resource.kind === 'storage-bucket') await createBucket(storage, resource.name);
    else if (resource.kind === 'storage-notification') await createNotification(storage, resource);
  }
}

async function createBucket(storage: GoogleRest, name: string): Promise<void> {
  const path = `b?project=${project}`;
  await storage.call({ method: 'POST', path, body: { name }, repeatable: false }).catch((error: unknown) => {
    if ((error as { readonly httpStatus?: number }).httpStatus !== 409) throw error;
  });
}

type Notification = Extract<StorageResource, { kind: 'storage-notification' }>;

/** One more for each listener of a test would tell each of them of everything several times. */
async function createNotification(storage: GoogleRest, { bucket, topic, eventTypes, payloadFormat }: Notification) {
  const path = `b/${bucket}/notificationConfigs`;
  const { items = [] } = await storage.call<{ items?: readonly unknown[] }>({ method: 'GET', path, repeatable: true });
  if (items.length > 0) return;
  const body = {
    topic: `//pubsub.googleapis.com/projects/${project}/topics/${topic}`,
    event_types: eventTypes,
    payload_format: payloadFormat,
  };
  await storage.call({ method: 'POST', path, body, repeatable: false });
}
