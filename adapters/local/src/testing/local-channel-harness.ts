import type { ChannelHarness, Dialled, DialRequest } from '@portolan/conformance';
import { SocketClients } from '@portolan/conformance/sockets';
import { httpApi } from '@portolan/http';
import { nodeServer, type NodeServer } from '@portolan/http/node';
import type { ChannelPort, Consumption, ContractOf, Port, Sessions, SocketSource } from '@portolan/kernel';
import { nodeEnvironment } from '@portolan/node';
import { LocalHarness } from './local-harness.ts';

/** Turns of the event loop in which no client sees anything, after which nothing goes on any more. */
const quietTurns = 20;

/** The embedded platform's channels behind its HTTP server: real sockets, virtual time. */
export class LocalChannelHarness implements ChannelHarness {
  readonly #local = new LocalHarness();
  readonly #clients = new SocketClients();
  #server: NodeServer | undefined;
  #url = '';

  static async start(): Promise<LocalChannelHarness> {
    const harness = new LocalChannelHarness();
    const { alarm, runtime } = harness.#local;
    const environment = nodeEnvironment(alarm);
    const schedule = (at: number, ring: () => void) => alarm.schedule(at, ring);
    harness.#server = nodeServer(httpApi([], { environment }), { environment, schedule, upgrades: runtime.upgrades });
    const { port } = await harness.#server.listen(0);
    harness.#url = `ws://127.0.0.1:${port}`;
    return harness;
  }

  open<P extends Port>(port: P): Promise<ContractOf<P>> {
    return this.#local.open(port);
  }

  async serve(port: ChannelPort, sessions: Sessions): Promise<Consumption> {
    const source = (await this.open(port)) as unknown as SocketSource;
    return source.serve(sessions, { path: `/${port.name}` });
  }

  dial(port: ChannelPort, request?: Partial<DialRequest>): Promise<Dialled> {
    return this.#clients.dial(`${this.#url}/${port.name}`, request);
  }

  now(): number {
    return this.#local.now();
  }

  async pass(durationMs: number): Promise<void> {
    const { alarm } = this.#local;
    const target = this.now() + durationMs;
    await this.settle();
    while (alarm.next <= target) {
      alarm.set(Math.max(this.now(), alarm.next));
      await this.settle();
    }
    alarm.set(target);
    await this.settle();
  }

  async settle(): Promise<void> {
    for (let quiet = 0, seen = 0; quiet < quietTurns; quiet++) {
      if (this.#local.alarm.ring() || this.#clients.events !== seen) quiet = 0;
      seen = this.#clients.events;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clients[Symbol.dispose]();
    await this.#server?.close(0);
    await this.#local[Symbol.asyncDispose]();
  }
}
