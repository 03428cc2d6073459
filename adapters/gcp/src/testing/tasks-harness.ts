import type { Harness } from '@portolan/conformance';
import type { EngineProcess } from '@portolan/conformance/engine';
import {
  type Consumer,
  type ConsumeOptions,
  type ContractOf,
  type MessagePort,
  type Port,
  type QueuePort,
  type Receiver,
  type TablePort,
  type TimerPort,
} from '@portolan/kernel';
import { CloudTasksMessages } from '../queue/cloud-tasks-messages.ts';
import { cloudTasksQueueResource } from '../queue/cloud-tasks-resources.ts';
import { TaskQueue } from '../queue/cloud-tasks.ts';
import { DeadLetters, deadLetterPort } from '../queue/dead-letters.ts';
import { DedupeIds, dedupePort } from '../queue/dedupe-ids.ts';
import type { PushRequest } from '../queue/push-request.ts';
import { Collection } from '../table/collection.ts';
import { FirestoreItems } from '../table/firestore-items.ts';
import { CloudTasksAlarms } from '../timer/cloud-tasks-alarms.ts';
import { StandingTimers, standingPort } from '../timer/standing-timers.ts';
import { startFunctionServer } from './function-server.ts';
import { freshService } from './harness-environment.ts';
import { PushWorld } from './push-world.ts';
import { hosted } from './pushed-consumption.ts';
import { restOf } from './table-harness.ts';

const location = 'projects/portolan-test/locations/europe-west1';
const database = 'projects/portolan-test/databases/(default)';

/**
 * Queues and timers on the double of Cloud Tasks, with their tables on the double of Firestore. The platform calls without
 * being asked; so a port that nobody consumes has a queue that is paused, which keeps its tasks.
 */
export async function tasksHarness(engine: EngineProcess): Promise<Harness> {
  const service = freshService();
  const world = new PushWorld(engine);
  const server = await startFunctionServer();
  const { environment } = world;
  const firestore = restOf(engine.port, 'v1');
  const rest = restOf(engine.port, 'v2');
  const opened = new Map<string, unknown>();
  const queueOf = (port: Pick<Port, 'name'>): string => `${location}/queues/${service}-${port.name}`;
  const verb = (port: Pick<Port, 'name'>, name: 'pause' | 'resume') =>
    rest.call({ method: 'POST', path: `${queueOf(port)}:${name}`, body: {}, repeatable: true });
  const part = (port: unknown): FirestoreItems => {
    const { name } = port as TablePort;
    return new FirestoreItems(
      port as TablePort,
      new Collection(firestore, database, `${service}-${name}`),
      environment,
    );
  };

  async function make(port: QueuePort | TimerPort): Promise<unknown> {
    const { kind: _, name: __, ...config } = cloudTasksQueueResource(service, port);
    await rest.call({
      method: 'POST',
      path: `${location}/queues`,
      body: { name: queueOf(port), ...config },
      repeatable: false,
    });
    await verb(port, 'pause');
    const settings = { url: server.urlOf(`/${port.name}`) };
    const tasks = new TaskQueue(rest, queueOf(port), port, settings, () => environment.clock.now());
    const dead = new DeadLetters(port, part(deadLetterPort(port.name)));
    if (port.kind === 'timer')
      return new CloudTasksAlarms(port, tasks, new StandingTimers(part(standingPort(port.name))), dead, environment);
    const ids = port.dedupe ? new DedupeIds(part(dedupePort(port.name)), environment) : undefined;
    return new CloudTasksMessages(port, tasks, dead, ids, environment);
  }

  async function open<P extends Port>(port: P): Promise<ContractOf<P>> {
    if (!opened.has(port.name)) opened.set(port.name, await make(port as unknown as QueuePort | TimerPort));
    return opened.get(port.name) as ContractOf<P>;
  }

  async function consume(port: MessagePort, consumer: Consumer, given: Partial<ConsumeOptions> = {}) {
    const receiver = (await open(port)) as unknown as Receiver<PushRequest, void>;
    const [timed, options] = hosted(world, port, consumer, given);
    const underWay = new Set<Promise<void>>();
    server.serve(`/${port.name}`, async (request) => {
      const received = receiver.receive(request, timed, options);
      underWay.add(received);
      await received.finally(() => underWay.delete(received));
    });
    await verb(port, 'resume');
    return {
      async stop() {
        await verb(port, 'pause');
        await Promise.allSettled(underWay);
      },
    };
  }

  return {
    open,
    consume,
    now: () => world.now(),
    pass: (durationMs) => world.pass(durationMs),
    settle: () => world.settle(),
    // The engine's time is moved, and goes on with the machine's.
    patience: 3,
    async [Symbol.asyncDispose]() {
      // What is left would go on being called for, whenever a later harness passes time.
      await Promise.all([...opened.keys()].map((name) => verb({ name }, 'pause')));
      await server[Symbol.asyncDispose]();
    },
  };
}
