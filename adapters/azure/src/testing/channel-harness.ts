import type { ChannelHarness as Harness, Dialled, DialRequest } from '@portolan/conformance';
import type { ChannelPort, Consumption, ContractOf, Port, Sessions } from '@portolan/kernel';
import { nodeEnvironment } from '@portolan/node';
import { VirtualAlarm } from '@portolan/node/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { webPubSubConnection, webPubSubHubResource } from '../channel/resources.ts';
import { webPubSubChannel } from '../channel/web-pubsub-channel-adapter.ts';
import type { WebPubSubChannel } from '../channel/web-pubsub-channel.ts';
import { webPubSubClients, type WebPubSubClients } from '../clients/web-pubsub-clients.ts';
import { SocketHost } from './socket-host.ts';
import { WebPubSubDouble } from './web-pubsub/web-pubsub-double.ts';

/** How long what runs is given to come to an end, in real milliseconds, before it is taken to wait for something. */
const patienceMs = 150;
const service = 'h';

/** Channels over a double of Web PubSub, whose event handler is called over HTTP. */
export class ChannelHarness implements Harness {
  readonly double: WebPubSubDouble;
  readonly #alarm: VirtualAlarm;
  readonly #opened = new Map<string, Promise<WebPubSubChannel>>();
  readonly #hosts: SocketHost[] = [];

  private constructor(double: WebPubSubDouble, alarm: VirtualAlarm) {
    this.double = double;
    this.#alarm = alarm;
  }

  static async start(): Promise<ChannelHarness> {
    const alarm = new VirtualAlarm();
    return new ChannelHarness(await WebPubSubDouble.start(alarm), alarm);
  }

  async open<P extends Port>(port: P): Promise<ContractOf<P>> {
    let opened = this.#opened.get(port.name);
    if (opened === undefined) {
      const setting = webPubSubConnection(service, port.name);
      opened = this.openWith(
        port as unknown as ChannelPort,
        webPubSubClients({ [setting]: this.double.connectionString }),
      );
      this.#opened.set(port.name, opened);
    }
    return (await opened) as unknown as ContractOf<P>;
  }

  /** Another process on a channel, with its own way to it. */
  async openWith(port: ChannelPort, clients: WebPubSubClients): Promise<WebPubSubChannel> {
    const opening = { service, port, environment: nodeEnvironment(this.#alarm), parts: {} };
    return (await webPubSubChannel().open(opening, ...([clients] as never[]))) as WebPubSubChannel;
  }

  async serve(port: ChannelPort, sessions: Sessions): Promise<Consumption> {
    return this.serveWith(port, (await this.open(port)) as unknown as WebPubSubChannel, sessions);
  }

  /** As `serve`, by the contract of a certain process. */
  async serveWith(port: ChannelPort, contract: WebPubSubChannel, sessions: Sessions): Promise<Consumption> {
    const host = new SocketHost((request) => contract.receiveSocket(request, sessions, this.now() + 230_000));
    this.#hosts.push(host);
    const url = await host.listen();
    const { name, properties } = webPubSubHubResource(service, port.name, { url, path: '/v1/live' });
    await this.double.configure(name, properties);
    return {
      stop: async () => {
        host.stop();
        await this.settle();
      },
    };
  }

  dial(port: ChannelPort, request: Partial<DialRequest> = {}): Promise<Dialled> {
    return this.double.dial(webPubSubHubResource(service, port.name, { url: '', path: '' }).name, request);
  }

  now(): number {
    return this.#alarm.clock.now();
  }

  async pass(durationMs: number): Promise<void> {
    await this.settle();
    const target = this.now() + durationMs;
    while (this.#alarm.next <= target) {
      this.#alarm.set(this.#alarm.next);
      this.#alarm.ring();
      await this.settle();
    }
    this.#alarm.set(target);
  }

  async settle(): Promise<void> {
    while (this.double.running.length > 0) {
      const ended = await Promise.race([
        ...this.double.running.map((run) => run.then(() => true)),
        sleep(patienceMs, false),
      ]);
      if (!ended) return;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts) host.close();
    await this.double[Symbol.asyncDispose]();
  }
}
