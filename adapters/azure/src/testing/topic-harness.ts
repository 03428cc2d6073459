import type { Harness } from '@portolan/conformance';
import {
  type ConsumeOptions,
  type Consumer,
  type Consumption,
  type ContractOf,
  type MessagePort,
  type Port,
  type TopicPort,
} from '@portolan/kernel';
import { eventGridClients, type EventGridClients } from '../clients/event-grid-clients.ts';
import { queueClients } from '../clients/queue-clients.ts';
import { eventGridTopic } from '../topic/event-grid-topic-adapter.ts';
import type { EventGridTopic } from '../topic/event-grid-topic.ts';
import {
  connectionName,
  eventGridTopicResource,
  eventSubscriptionResource,
  type Delivery,
} from '../topic/resources.ts';
import { topicKey, type DoubleSubscription } from './event-grid-double.ts';
import { EventGridHost } from './event-grid-host.ts';
import { QueueHost } from './queue-host.ts';
import type { StorageEngine } from './storage-engine.ts';
import { TableHarness } from './table-harness.ts';
import { connection, TriggerHarness, type TriggerHost } from './trigger-harness.ts';

/** Topics over the double of Event Grid and Azurite's queues, consumed as the Functions host does. */
export class TopicHarness extends TriggerHarness implements Harness {
  readonly #delivery: Delivery;
  readonly #tables: TableHarness;
  readonly #queues;
  readonly #opened = new Map<string, Promise<unknown>>();

  constructor(engine: StorageEngine, delivery: Delivery) {
    super(engine);
    this.#delivery = delivery;
    this.#tables = new TableHarness(engine);
    this.#queues = queueClients(engine.env);
  }

  /** Where the double is reached for a topic. */
  topicUrl(port: Pick<TopicPort, 'name'>): string {
    return `http://127.0.0.1:${this.engine.eventGrid}/topics/${eventGridTopicResource(this.service, port.name).name}`;
  }

  async open<P extends Port>(port: P): Promise<ContractOf<P>> {
    let opened = this.#opened.get(port.name);
    if (opened === undefined) {
      opened = this.#open(port as unknown as TopicPort);
      this.#opened.set(port.name, opened);
    }
    return (await opened) as ContractOf<P>;
  }

  async #open(port: TopicPort): Promise<unknown> {
    const settings = connectionName(this.service, port.name);
    const grid = eventGridClients({
      [`${settings}__topicEndpointUri`]: `${this.topicUrl(port)}/api/events`,
      [`${settings}__topicKey`]: topicKey,
    });
    return this.openWith(port, grid, settings);
  }

  /** Another process on a topic, with its own way to it. */
  async openWith<P extends TopicPort>(
    port: P,
    grid: EventGridClients,
    topicConnection: string,
  ): Promise<ContractOf<P>> {
    const adapter = eventGridTopic({ delivery: this.#delivery, topicConnection });
    const { parked } = adapter.parts(port);
    const parts = { parked: await this.#tables.open(parked!.port) };
    const opening = { service: this.service, port, environment: this.environment, parts };
    return adapter.open(opening, ...([grid, this.#queues] as never[])) as unknown as ContractOf<P>;
  }

  async consume(port: MessagePort, consumer: Consumer, options: Partial<ConsumeOptions> = {}): Promise<Consumption> {
    const contract = (await this.open(port)) as unknown as EventGridTopic;
    const [timed, all] = this.hosted(port, consumer, options);
    const subscription = { name: all.subscription, filter: all.filter };
    const resource = eventSubscriptionResource(this.service, port.name, subscription, this.#delivery);
    const queue = await this.#queues.client(connection, resource.queues.queue);
    const dead = await this.#queues.client(connection, resource.queues.deadLetters);
    await Promise.all([queue.createIfNotExists(), dead.createIfNotExists()]);
    const queueHost = new QueueHost(queue, dead, (event) => contract.receive(event, timed, all));
    const hosts: TriggerHost[] = [queueHost];
    let destination: DoubleSubscription['destination'] = { endpointType: 'StorageQueue', queueName: queue.name };
    if (this.#delivery === 'direct') {
      const gridHost = new EventGridHost((event) => contract.receive(event, timed, all));
      destination = { endpointType: 'WebHook', endpointUrl: await gridHost.listen() };
      hosts.push(gridHost);
    }
    await this.subscribe(port, resource.name, { ...resource.properties, destination });
    return this.run(...hosts);
  }

  /** Puts a subscription into the double, as the resource manager would. */
  async subscribe(port: Pick<TopicPort, 'name'>, name: string, subscription: DoubleSubscription): Promise<void> {
    const url = `${this.topicUrl(port)}/subscriptions/${name}`;
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(subscription) });
    if (!answer.ok) throw new Error(`subscription ${name}: ${answer.status} ${await answer.text()}`);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.#tables[Symbol.asyncDispose]();
  }
}
