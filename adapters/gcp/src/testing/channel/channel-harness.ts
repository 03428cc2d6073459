import type { ChannelHarness } from '@portolan/conformance';
import { SocketClients } from '@portolan/conformance/sockets';
import { httpApi } from '@portolan/http';
import { nodeServer, type NodeServer } from '@portolan/http/node';
import { HeldSockets, Upgrades } from '@portolan/http/sockets';
import type { ChannelPort, Consumption, ContractOf, Environment, Port, Sessions, TablePort } from '@portolan/kernel';
import type { Alarm } from '@portolan/node';
import { setTimeout as delay } from 'node:timers/promises';
import { cloudRunChannelResources } from '../../channel/channel-resources.ts';
import { fanFilter } from '../../channel/fan-message.ts';
import { FanOut } from '../../channel/fan-out.ts';
import { InstanceSubscription } from '../../channel/instance-subscription.ts';
import { Presence, presencePort } from '../../channel/presence.ts';
import { RunChannel } from '../../channel/run-channel.ts';
import type { GoogleRest } from '../../clients/google-rest.ts';
import { Publisher } from '../../queue/publisher.ts';
import { pubsubName } from '../../queue/pubsub-names.ts';
import { Collection } from '../../table/collection.ts';
import { FirestoreItems } from '../../table/firestore-items.ts';
import { freshService } from '../harness-environment.ts';
import { createPubsub, project } from '../pushed-consumption.ts';

const database = `projects/${project}/databases/(default)`;

/** An engine under these harnesses, and how its time goes. */
export interface ChannelWorld {
  readonly pubsub: GoogleRest;
  readonly firestore: GoogleRest;
  readonly environment: Environment;
  readonly alarm: Alarm;
  /** Of sockets. @default as in production */
  readonly heartbeatMs?: number;
  /** Of pulls. @default as in production */
  readonly pullMs?: number;
  now(): number;
  pass(durationMs: number): Promise<void>;
  /** Lets what is under way finish; `events` grows with what clients see. */
  settle(events: () => number): Promise<void>;
}

/** One container instance: a server with its sockets, and its own contract for each port. */
class Instance {
  readonly upgrades = new Upgrades();
  readonly contracts = new Map<string, RunChannel>();
  readonly server: NodeServer;
  url = '';

  constructor({ environment, alarm }: ChannelWorld) {
    const schedule = (at: number, ring: () => void) => alarm.schedule(at, ring);
    this.server = nodeServer(httpApi([], { environment }), { environment, schedule, upgrades: this.upgrades });
  }

  async start(): Promise<void> {
    this.url = `ws://127.0.0.1:${(await this.server.listen(0)).port}`;
  }
}

/** As the suite has it, and what tests of instances look at besides. */
export interface InstancesHarness extends ChannelHarness {
  /** The contract of one of the instances. */
  at(index: number, port: ChannelPort): RunChannel;
  presenceOf(port: ChannelPort): Presence;
  /** The topic by which they tell each other. */
  topicOf(port: ChannelPort): string;
}

/**
 * A channel on instances of a service, all of them in this process, with real sockets. Whoever pushes has the contract of
 * the first; clients are spread over all of them, beginning with the last.
 */
export async function channelHarness(world: ChannelWorld, instanceCount: number): Promise<InstancesHarness> {
  const service = freshService();
  const { environment, alarm, pubsub } = world;
  const schedule = (at: number, ring: () => void) => alarm.schedule(at, ring);
  const clients = new SocketClients();
  const instances = Array.from({ length: instanceCount }, () => new Instance(world));
  for (const instance of instances) await instance.start();
  let dialled = 0;

  function presenceOf(port: ChannelPort): Presence {
    const rows = presencePort(port.name);
    const collection = new Collection(world.firestore, database, `${service}-${rows.name}`);
    return new Presence(new FirestoreItems(rows as unknown as TablePort, collection, environment), environment.clock);
  }

  function contractOf(instance: Instance, port: ChannelPort): RunChannel {
    const known = instance.contracts.get(port.name);
    if (known !== undefined) return known;
    const self = environment.ids.next();
    const topic = pubsubName(service, port.name);
    const name = pubsubName(service, port.name, [self]);
    const pulling = world.pullMs === undefined ? {} : { pullMs: world.pullMs };
    const subscription = { project, topic, name, filter: fanFilter(self), log: environment.log, ...pulling };
    const made = new RunChannel(port, {
      self,
      environment,
      fan: new FanOut(new Publisher(pubsub, project), topic, self),
      presence: presenceOf(port),
      subscription: () => new InstanceSubscription(pubsub, subscription),
      findSockets: async () => ({
        hold: (of, options) => new HeldSockets(of, { ...options, upgrades: instance.upgrades, schedule }),
      }),
      wait: (ms) => delay(ms),
      ...(world.heartbeatMs === undefined ? {} : { heartbeatMs: world.heartbeatMs }),
    });
    instance.contracts.set(port.name, made);
    return made;
  }

  return {
    at: (index, port) => contractOf(instances[index]!, port),
    presenceOf,
    topicOf: (port) => `projects/${project}/topics/${pubsubName(service, port.name)}`,
    async open<P extends Port>(port: P): Promise<ContractOf<P>> {
      await createPubsub(pubsub, cloudRunChannelResources(service, port));
      return contractOf(instances[0]!, port as unknown as ChannelPort) as unknown as ContractOf<P>;
    },
    async serve(port: ChannelPort, sessions: Sessions): Promise<Consumption> {
      const path = `/${port.name}`;
      const serving = await Promise.all(instances.map((one) => contractOf(one, port).serve(sessions, { path })));
      return { stop: async () => void (await Promise.all(serving.map((one) => one.stop()))) };
    },
    dial: (port, request) =>
      clients.dial(`${instances.at(-1 - (dialled++ % instanceCount))!.url}/${port.name}`, request),
    now: () => world.now(),
    async pass(durationMs) {
      await world.pass(durationMs);
      await world.settle(() => clients.events);
    },
    settle: () => world.settle(() => clients.events),
    async [Symbol.asyncDispose]() {
      clients[Symbol.dispose]();
      for (const { server, contracts } of instances) {
        for (const contract of contracts.values()) await contract[Symbol.asyncDispose]();
        await server.close(0);
      }
    },
  };
}
