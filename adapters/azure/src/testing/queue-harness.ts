import type { Harness } from '@portolan/conformance';
import {
  type ConsumeOptions,
  type Consumer,
  type Consumption,
  type ContractOf,
  type MessagePort,
  type Port,
  type QueuePort,
  type Receiver,
  type TimerPort,
} from '@portolan/kernel';
import { queueClients, type QueueClients } from '../clients/queue-clients.ts';
import type { TableClients } from '../clients/table-clients.ts';
import { queueResources } from '../queue/resources.ts';
import type { QueueTriggerEvent } from '../queue/trigger-event.ts';
import { storageQueue } from '../queue/storage-queue-adapter.ts';
import { QueueHost } from './queue-host.ts';
import { TableHarness } from './table-harness.ts';
import { standingTable } from '../timer/standing.ts';
import { storageQueueTimer } from '../timer/storage-queue-timer-adapter.ts';
import type { StorageEngine } from './storage-engine.ts';
import { connection, TriggerHarness } from './trigger-harness.ts';

/** Queues and timers over Azurite, consumed as the Functions host does. */
export class QueueHarness extends TriggerHarness implements Harness {
  readonly clients: QueueClients;
  readonly #tables: TableHarness;
  readonly #opened = new Map<string, Promise<unknown>>();

  constructor(engine: StorageEngine) {
    super(engine);
    this.#tables = new TableHarness(engine);
    this.clients = queueClients(engine.env);
  }

  async open<P extends Port>(port: P): Promise<ContractOf<P>> {
    let opened = this.#opened.get(port.name);
    if (opened === undefined) {
      opened = this.#open(port as unknown as QueuePort | TimerPort);
      this.#opened.set(port.name, opened);
    }
    return (await opened) as ContractOf<P>;
  }

  async #open(port: QueuePort | TimerPort): Promise<unknown> {
    for (const name of Object.values(queueResources(this.service, port.name)))
      await (await this.clients.client(connection, name)).create();
    return this.openWith(port, this.clients);
  }

  /** Another process on the queues of a port that was opened before. */
  async openWith<P extends QueuePort | TimerPort>(port: P, clients: QueueClients): Promise<ContractOf<P>> {
    const opening = { service: this.service, port, environment: this.environment, parts: {} };
    const needs = [clients] as never[];
    if (port.kind === 'queue') return storageQueue().open(opening, ...needs) as unknown as ContractOf<P>;
    const standing = await this.#tables.open(standingTable(port.name));
    return storageQueueTimer().open({ ...opening, parts: { standing } }, ...needs) as unknown as ContractOf<P>;
  }

  /** Another process on a timer that was opened before, with its own way to tables. */
  async openTimer<P extends TimerPort>(port: P, tables: TableClients): Promise<ContractOf<P>> {
    const standing = await this.#tables.openWith(standingTable(port.name), tables);
    const opening = { service: this.service, port, environment: this.environment, parts: { standing } };
    return storageQueueTimer().open(opening, ...([this.clients] as never[])) as unknown as ContractOf<P>;
  }

  get tables(): TableClients {
    return this.#tables.clients;
  }

  async consume(port: MessagePort, consumer: Consumer, options: Partial<ConsumeOptions> = {}): Promise<Consumption> {
    return this.consumeWith(await this.open(port), port, consumer, options);
  }

  /** As `consume`, by the contract of a certain process. */
  async consumeWith(
    contract: unknown,
    port: MessagePort,
    consumer: Consumer,
    options: Partial<ConsumeOptions> = {},
  ): Promise<Consumption> {
    const { queue, deadLetters } = queueResources(this.service, port.name);
    const [timed, all] = this.hosted(port, consumer, options);
    const host = new QueueHost(
      await this.clients.client(connection, queue),
      await this.clients.client(connection, deadLetters),
      (event) => (contract as Receiver<QueueTriggerEvent, void>).receive(event, timed, all),
    );
    return this.run(host);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.#tables[Symbol.asyncDispose]();
  }
}
