import type { Harness } from '@portolan/conformance';
import { PortError, type ContractOf, type Port, type TablePort } from '@portolan/kernel';
import { tableClients, type TableClients } from '../clients/table-clients.ts';
import { tableResources } from '../table/resources.ts';
import { tableStorageTable } from '../table/table-storage-table.ts';
import { environmentOf } from './follow.ts';
import { serviceNames } from './service-names.ts';
import type { StorageEngine } from './storage-engine.ts';

/** What a table on Table Storage can do besides its contract. */
export interface Sweeping {
  sweep(at: number): Promise<void>;
}

/** Tables over a storage account that other harnesses use, too: each has names of its own. */
export class TableHarness implements Harness {
  readonly service = serviceNames.next();
  readonly environment;
  readonly clients: TableClients;
  readonly #engine: StorageEngine;
  readonly #opened = new Map<string, Promise<unknown>>();

  constructor(engine: StorageEngine) {
    this.#engine = engine;
    this.clients = tableClients(engine.env);
    this.environment = environmentOf(engine);
  }

  async open<P extends Port>(port: P): Promise<ContractOf<P>> {
    let opened = this.#opened.get(port.name);
    if (opened === undefined) {
      opened = this.#open(port as unknown as TablePort);
      this.#opened.set(port.name, opened);
    }
    return (await opened) as ContractOf<P>;
  }

  async #open(port: TablePort): Promise<unknown> {
    const { clients } = this;
    const { table, indexes } = tableResources(this.service, port);
    const create = async (name: string): Promise<void> =>
      (await clients.client('AzureWebJobsStorage', name)).createTable();
    await Promise.all([table, ...Object.values(indexes)].map(create));
    return this.openWith(port, clients);
  }

  /** Another process on the tables of a port that was opened before: it remembers nothing of them. */
  async openWith<P extends TablePort>(port: P, clients: TableClients): Promise<ContractOf<P> & Sweeping> {
    const opening = { service: this.service, port, environment: this.environment, parts: {} };
    return (await tableStorageTable().open(opening, ...([clients] as never[]))) as unknown as ContractOf<P> & Sweeping;
  }

  now(): number {
    return this.#engine.now();
  }

  async pass(durationMs: number): Promise<void> {
    await this.#engine.pass(durationMs);
  }

  async settle(): Promise<void> {
    // Nothing goes on by itself: a table does just what it is asked to.
  }

  async consume(): Promise<never> {
    throw new PortError('unsupported', 'nothing consumes a table');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.environment[Symbol.dispose]();
  }
}
