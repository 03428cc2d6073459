import { on, service, type OperationCall, type Reply, type Trace } from '@portolan/kernel';
import { newWorld, simulate, type World, type WorldOptions } from '@portolan/kernel/testing';
import { events, type Event } from '../ports.ts';
import { scheduling } from '../scheduling.ts';
import type { TaskView } from '../view.ts';
import { newReceiver, type Receiver } from './receiver.ts';

/** An event as a subscriber was told of it. */
export interface Heard {
  readonly event: Event;
  readonly at: number;
  readonly trace: Trace | undefined;
}

/** The scheduling service in virtual time, with a receiver for its webhooks and a subscriber to all of its events. */
export interface SchedulingSimulation {
  readonly world: World;
  readonly receiver: Receiver;
  readonly heard: readonly Heard[];
  call(operation: string, call?: OperationCall): Promise<Reply>;
  /** Creates a task with a webhook target unless told otherwise. @throws when it is refused */
  create(task: Readonly<Record<string, unknown>>): Promise<TaskView>;
  get(id: string): Promise<TaskView>;
  /** Stops what runs by itself; a crash of the world starts it again. */
  stop(): Promise<void>;
}

export async function startScheduling(options: WorldOptions = {}): Promise<SchedulingSimulation> {
  const world = newWorld(options);
  const receiver = newReceiver(world);
  const heard: Heard[] = [];
  const listened = service('scheduling', scheduling.ports, {
    ...scheduling.functions,
    listen: on(events, {}, async ({ message, trace }) => void heard.push({ event: message, at: world.now(), trace })),
  });
  const simulation = await simulate(listened, { world, own: { webhooks: receiver } });
  const viewOf = (reply: Reply): TaskView => {
    if (reply.kind === 'problem') throw new Error(`${reply.problem}: ${reply.detail}`);
    return reply.body as TaskView;
  };
  return {
    world,
    receiver,
    heard,
    call: (operation, call) => simulation.call(operation, call),
    async create(task) {
      const target = { kind: 'webhook', url: 'https://receiver.example/hook' };
      return viewOf(await simulation.call('createTask', { body: { target, ...task } }));
    },
    async get(id) {
      return viewOf(await simulation.call('getTask', { params: { id } }));
    },
    stop: () => simulation.stop(),
  };
}
