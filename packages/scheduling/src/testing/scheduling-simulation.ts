import type { OperationCall, Reply } from '@portolan/kernel';
import { newWorld, simulate, type World, type WorldOptions } from '@portolan/kernel/testing';
import { scheduling } from '../scheduling.ts';
import type { TaskView } from '../view.ts';
import { newReceiver, type Receiver } from './receiver.ts';

/** The scheduling service in virtual time, with a receiver for its webhooks. */
export interface SchedulingSimulation {
  readonly world: World;
  readonly receiver: Receiver;
  call(operation: string, call?: OperationCall): Promise<Reply>;
  /** Creates a task with a webhook target unless told otherwise. @throws when it is refused */
  create(task: Readonly<Record<string, unknown>>): Promise<TaskView>;
  get(id: string): Promise<TaskView>;
}

export async function startScheduling(options: WorldOptions = {}): Promise<SchedulingSimulation> {
  const world = newWorld(options);
  const receiver = newReceiver(world);
  const simulation = await simulate(scheduling, { world, own: { webhooks: receiver } });
  const viewOf = (reply: Reply): TaskView => {
    if (reply.kind === 'problem') throw new Error(`${reply.problem}: ${reply.detail}`);
    return reply.body as TaskView;
  };
  return {
    world,
    receiver,
    call: (operation, call) => simulation.call(operation, call),
    async create(task) {
      const target = { kind: 'webhook', url: 'https://receiver.example/hook' };
      return viewOf(await simulation.call('createTask', { body: { target, ...task } }));
    },
    async get(id) {
      return viewOf(await simulation.call('getTask', { params: { id } }));
    },
  };
}
