import type { ObjectsHarness as Harness } from '@portolan/conformance';
import {
  type ConsumeOptions,
  type Consumer,
  type Consumption,
  type ContractOf,
  type MessagePort,
  type ObjectsPort,
  type Port,
} from '@portolan/kernel';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { once } from 'node:events';
import { blobClients, type BlobClients } from '../clients/blob-clients.ts';
import { queueClients } from '../clients/queue-clients.ts';
import { blobObjects } from '../objects/blob-objects-adapter.ts';
import type { BlobObjects } from '../objects/blob-objects.ts';
import { blobContainer, blobSubscriptionResources } from '../objects/resources.ts';
import { storageTopic } from './blob-additions.ts';
import { QueueHost } from './queue-host.ts';
import type { StorageEngine } from './storage-engine.ts';
import { connection, TriggerHarness } from './trigger-harness.ts';

/** Objects over Azurite, whose created events a double of Event Grid brings to the queues of functions. */
export class ObjectsHarness extends TriggerHarness implements Harness {
  readonly clients: BlobClients;
  readonly #queues;
  readonly #opened = new Map<string, Promise<BlobObjects>>();

  constructor(engine: StorageEngine) {
    super(engine);
    this.clients = blobClients({ env: engine.env });
    this.#queues = queueClients(engine.env);
  }

  async open<P extends Port>(port: P): Promise<ContractOf<P>> {
    let opened = this.#opened.get(port.name);
    if (opened === undefined) {
      opened = this.#open(port as unknown as ObjectsPort);
      this.#opened.set(port.name, opened);
    }
    return (await opened) as unknown as ContractOf<P>;
  }

  async #open(port: ObjectsPort): Promise<BlobObjects> {
    await (await this.container(port)).steady.create();
    return this.openWith(port, this.clients);
  }

  /** The queue of a function's created objects, or that of its dead letters. */
  async queueOf(port: ObjectsPort, subscription: string, which: 'queue' | 'deadLetters' = 'queue') {
    const { queues } = blobSubscriptionResources(this.service, port.name, { name: subscription, filter: {} });
    return this.#queues.client(connection, queues[which]);
  }

  /** The container behind a port, by the way of a certain process. */
  container(port: ObjectsPort, clients = this.clients): ReturnType<BlobClients['container']> {
    return clients.container(connection, blobContainer(this.service, port.name));
  }

  /** Another process on a port that was opened before, with its own way to it. */
  async openWith(port: ObjectsPort, clients: BlobClients): Promise<BlobObjects> {
    const opening = { service: this.service, port, environment: this.environment, parts: {} };
    return (await blobObjects().open(opening, ...([clients, this.#queues] as never[]))) as BlobObjects;
  }

  async consume(port: MessagePort, consumer: Consumer, options: Partial<ConsumeOptions> = {}): Promise<Consumption> {
    const contract = (await this.open(port)) as unknown as BlobObjects;
    const [timed, all] = this.hosted(port, consumer, options);
    const subscription = { name: all.subscription, filter: all.filter };
    const { queues, subscriptions } = blobSubscriptionResources(this.service, port.name, subscription);
    const queue = await this.#queues.client(connection, queues.queue);
    const dead = await this.#queues.client(connection, queues.deadLetters);
    await Promise.all([queue.createIfNotExists(), dead.createIfNotExists()]);
    for (const { name, properties } of subscriptions) {
      const url = `http://127.0.0.1:${this.engine.eventGrid}/topics/${storageTopic}/subscriptions/${name}`;
      const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(properties) });
      if (!answer.ok) throw new Error(`subscription ${name}: ${answer.status} ${await answer.text()}`);
    }
    return this.run(new QueueHost(queue, dead, (event) => contract.receive(event, timed, all)));
  }

  /** The path is sent as it stands: a client of the web would take dots and escapes out of it. */
  async request(
    url: string,
    { method = 'GET', headers = {}, body = new Uint8Array() }: Parameters<Harness['request']>[1] = {},
  ): ReturnType<Harness['request']> {
    const [, host, port, path] = /^https?:\/\/([^:/]+):(\d+)(.*)$/s.exec(url) ?? [];
    const length = method === 'PUT' ? { 'content-length': String(body.length) } : {};
    const forwarded = url.startsWith('https:') ? { 'x-forwarded-proto': 'https' } : {};
    const sent = httpRequest({ host, port, path, method, headers: { ...headers, ...length, ...forwarded } }).end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const read = await buffer(answer);
    return {
      status: answer.statusCode!,
      headers: answer.headers as Record<string, string>,
      body: new Uint8Array(read),
    };
  }
}
