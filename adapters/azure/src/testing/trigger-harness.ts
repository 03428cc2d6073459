import { asHosted } from '@portolan/conformance/engine';
import type { ConsumeOptions, Consumer, Environment, MessagePort, Schedule } from '@portolan/kernel';
import { environmentOf } from './follow.ts';
import { passTime, settleAll, type Poller } from './polling.ts';
import { serviceNames } from './service-names.ts';
import type { StorageEngine } from './storage-engine.ts';

/** The setting of the storage account. */
export const connection = 'AzureWebJobsStorage';

/** What calls a function. */
export interface TriggerHost extends Poller {
  stop(): Promise<void>;
  close?(): void;
}

/** What harnesses have in common whose functions are called by hosts of the test's own process. */
export abstract class TriggerHarness {
  readonly service = serviceNames.next();
  /** The engine's time is moved, and goes on with the machine's. */
  readonly patience = 3;
  readonly environment: Environment & Disposable & { readonly schedule: Schedule };
  protected readonly engine: StorageEngine;
  readonly #hosts: TriggerHost[] = [];

  constructor(engine: StorageEngine) {
    this.engine = engine;
    this.environment = environmentOf(engine);
  }

  /** What a function's host hands to its port. */
  protected hosted(port: MessagePort, consumer: Consumer, given: Partial<ConsumeOptions>): [Consumer, ConsumeOptions] {
    return asHosted(port, consumer, given, { now: () => this.now(), schedule: this.environment.schedule });
  }

  /** Lets hosts call from now on. @returns Stops them. */
  protected run(...hosts: readonly TriggerHost[]): { stop(): Promise<void> } {
    this.#hosts.push(...hosts);
    return { stop: async () => void (await Promise.all(hosts.map((host) => host.stop()))) };
  }

  now(): number {
    return this.engine.now();
  }

  pass(durationMs: number): Promise<void> {
    return passTime(this.engine, durationMs, () => this.settle());
  }

  settle(): Promise<void> {
    return settleAll(() => this.#hosts);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What is never answered would be waited for in vain: nothing of this service is looked at any more.
    for (const host of this.#hosts.splice(0)) {
      void host.stop();
      host.close?.();
    }
    this.environment[Symbol.dispose]();
  }
}
