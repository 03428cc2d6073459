import type { Bindings } from '@portolan/composition';
import type { SocketHostedService, SocketHostHarness } from '@portolan/conformance';
import { requestOver, socketPathOf } from '@portolan/conformance/engine';
import { SocketClients } from '@portolan/conformance/sockets';
import type { ContractOf, Port, Service } from '@portolan/kernel';
import { httpApi } from '@portolan/http';
import { nodeServer, type NodeServer } from '@portolan/http/node';
import { VirtualAlarm } from '@portolan/node/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocal, type LocalPlatform } from '../host/local-platform.ts';
import { localChannel } from '../channel/local-channel.ts';
import { localObjects } from '../objects/local-objects.ts';
import { localQueue } from '../queue/local-queue.ts';
import { localTable } from '../table/local-table.ts';
import { localTimer } from '../timer/local-timer.ts';
import { localTopic } from '../topic/local-topic.ts';

const adapters = {
  table: localTable(),
  queue: localQueue(),
  topic: localTopic(),
  timer: localTimer(),
  channel: localChannel(),
  objects: localObjects(),
};
/** Turns of the event loop without an alarm after which nothing goes on that waits for no time; a request takes a few. */
const quietTurns = 40;

/** The embedded platform behind its own HTTP server, in virtual time. */
export class LocalHost implements SocketHostHarness {
  readonly #alarm = new VirtualAlarm();
  readonly #folder = mkdtempSync(join(tmpdir(), 'portolan-host-'));
  readonly #clients = new SocketClients();
  readonly #allowOrigin: readonly string[];
  #platform: LocalPlatform | undefined;
  #server: NodeServer | undefined;

  /** @param allowOrigin - As the option of `httpApi`. */
  constructor(allowOrigin: readonly string[] = []) {
    this.#allowOrigin = allowOrigin;
  }

  async start(service: Service): Promise<SocketHostedService> {
    const platform = await openLocal({ file: join(this.#folder, 'host.db'), alarm: this.#alarm });
    this.#platform = platform;
    const contracts = new Map<string, unknown>();
    const bound = Object.entries(service.ports).map(([name, port]) => {
      const adapter = adapters[port.kind as keyof typeof adapters];
      // What the service is given is kept for the test, which looks at it from outside.
      const open = async (...given: Parameters<typeof adapter.open>) => {
        const contract = await adapter.open(...given);
        contracts.set(name, contract);
        return contract;
      };
      return [name, { ...adapter, open }];
    });
    const running = await platform.run(service, Object.fromEntries(bound) as Bindings<Service, 'local'>);
    const api = httpApi(
      [{ service, call: (name, operation, call) => running.functions[name]!.call(operation, call) }],
      { environment: platform.environment, allowOrigin: this.#allowOrigin, checkReplies: true },
    );
    const { environment } = platform;
    const schedule = (at: number, ring: () => void) => this.#alarm.schedule(at, ring);
    this.#server = nodeServer(api, { environment, schedule, upgrades: platform.upgrades });
    const { port } = await this.#server.listen(0);
    return {
      request: (request) => requestOver(port, request),
      dial: (channel, request) =>
        this.#clients.dial(`ws://127.0.0.1:${port}${socketPathOf(service, channel)}`, request),
      tick: (name, at) => running.functions[name]!.tick({ at }),
      open: async <P extends Port>({ name }: P) => contracts.get(name) as ContractOf<P>,
    };
  }

  now(): number {
    return this.#alarm.clock.now();
  }

  async pass(durationMs: number): Promise<void> {
    const target = this.now() + durationMs;
    await this.settle();
    while (this.#alarm.next <= target) {
      this.#alarm.set(Math.max(this.now(), this.#alarm.next));
      await this.settle();
    }
    this.#alarm.set(Math.max(this.now(), target));
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let quiet = 0, seen = 0; quiet < quietTurns; quiet++) {
      if (this.#alarm.ring() || this.#clients.events !== seen) quiet = 0;
      seen = this.#clients.events;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clients[Symbol.dispose]();
    await this.#server?.close(0);
    const closing = this.#platform?.close();
    // Functions that give no answer are waited for, in virtual time.
    await this.pass(60_000);
    await closing;
    rmSync(this.#folder, { recursive: true });
  }
}
