import type { Adapter } from '@portolan/composition';
import {
  visibilityOf,
  type ConsumeOptions,
  type Consumer,
  type Consumption,
  type ContractOf,
  type MessagePort,
  type Port,
  type Source,
} from '@portolan/kernel';
import { seededRandom } from '@portolan/kernel/testing';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localChannel } from '../channel/local-channel.ts';
import { Engine } from '../engine/engine.ts';
import { nodeEnvironment } from '@portolan/node';
import { Runtime } from '../host/runtime.ts';
import { localObjects } from '../objects/local-objects.ts';
import { localQueue } from '../queue/local-queue.ts';
import { localTable } from '../table/local-table.ts';
import { localTimer } from '../timer/local-timer.ts';
import { localTopic } from '../topic/local-topic.ts';
import { VirtualAlarm } from '@portolan/node/testing';

/** Turns of the event loop without a write, after which nothing goes on any more. */
const quietTurns = 8;

/** The embedded adapters over a file of their own, in virtual time. */
export class LocalHarness implements AsyncDisposable {
  readonly alarm = new VirtualAlarm();
  readonly #folder = mkdtempSync(join(tmpdir(), 'portolan-local-'));
  readonly #adapters: Readonly<Record<string, Adapter>> = {
    table: localTable(),
    queue: localQueue(),
    topic: localTopic(),
    timer: localTimer(),
    channel: localChannel(),
    objects: localObjects(),
  };
  readonly #random = seededRandom(1);
  #generation = 0;
  #runtime: Runtime;
  #contracts = new Map<string, unknown>();
  #consumptions: Consumption[] = [];

  constructor() {
    this.#runtime = new Runtime(new Engine(this.file, this.alarm));
  }

  get file(): string {
    return join(this.#folder, `${this.#generation}.db`);
  }

  get engine(): Engine {
    return this.#runtime.engine;
  }

  get runtime(): Runtime {
    return this.#runtime;
  }

  /** The contract behind a port; opened once, until the next restart. */
  async open<P extends Port>(port: P): Promise<ContractOf<P>> {
    let contract = this.#contracts.get(port.name);
    if (contract === undefined) {
      const environment = nodeEnvironment(this.alarm, { random: this.#random });
      const opening = { service: 'harness', port, environment, parts: {} };
      contract = await this.#adapters[port.kind]!.open(opening, this.#runtime as never);
      this.#contracts.set(port.name, contract);
    }
    return contract as ContractOf<P>;
  }

  async consume(port: MessagePort, consumer: Consumer, options: Partial<ConsumeOptions> = {}): Promise<Consumption> {
    const source = (await this.open(port)) as unknown as Source;
    const defaults = { batchSize: 1, visibilityMs: visibilityOf(port), subscription: 'consumer', filter: {} };
    const consumption = await source.consume(consumer, { ...defaults, ...options });
    this.#consumptions.push(consumption);
    return consumption;
  }

  now(): number {
    return this.alarm.clock.now();
  }

  /** Moves time forward, stopping at each instant where an alarm rings. */
  async pass(durationMs: number): Promise<void> {
    const target = this.now() + durationMs;
    await this.settle();
    while (this.alarm.next <= target) {
      this.alarm.set(Math.max(this.now(), this.alarm.next));
      await this.settle();
    }
    this.alarm.set(Math.max(this.now(), target));
    await this.settle();
  }

  /** Lets everything happen that waits for no time. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      if (this.alarm.ring() || this.engine.busy) quiet = 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** What the disk holds at this instant is all that the next process finds: nothing is flushed, nothing is closed. */
  async restart(): Promise<void> {
    const before = this.file;
    this.#generation++;
    copyFileSync(before, this.file);
    if (existsSync(`${before}-wal`)) copyFileSync(`${before}-wal`, `${this.file}-wal`);
    copyFolder(`${before}-objects`, `${this.file}-objects`);
    this.#abandon();
    this.#runtime = new Runtime(new Engine(this.file, this.alarm));
  }

  /** Closes the platform in order, and opens it on the same file. */
  async reopen(): Promise<void> {
    this.#abandon();
    this.#runtime = new Runtime(new Engine(this.file, this.alarm));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abandon();
    rmSync(this.#folder, { recursive: true });
  }

  /** Lets the process of before be: it delivers nothing more, and its file is not the one that is read on. */
  #abandon(): void {
    for (const consumption of this.#consumptions.splice(0)) void consumption.stop();
    for (const contract of this.#contracts.values())
      void (contract as Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
    this.#contracts.clear();
    this.engine.close();
  }
}

/** Copies what is there. Files may go meanwhile: what the process of before has asked for still happens. */
function copyFolder(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else copyUnlessGone(source, target);
  }
}

function copyUnlessGone(source: string, target: string): void {
  try {
    copyFileSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
