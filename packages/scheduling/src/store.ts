import { days, type Context, type EditResult, type Granted, type Trace } from '@portolan/kernel';
import { type tasks, type wakeups } from './ports.ts';
import { packTask, unpackTask } from './stored-task.ts';
import { horizonMs } from './request.ts';
import { isFinal, planNext, type Planned, type Task } from './task.ts';

/** How long finished tasks and dead letters are kept. */
export const retentionMs = days(7);

export type TaskReads = Granted<{ tasks: typeof tasks.read }>['tasks'];
export type TaskWrites = Granted<{ tasks: typeof tasks.readWrite }>['tasks'];
export type Wakeups = Granted<{ wakeups: typeof wakeups.set }>['wakeups'];

/** A task, and the version that it stands under. */
export interface Recorded {
  readonly task: Task;
  readonly version: string;
}

export async function readTask(table: Pick<TaskReads, 'get'>, id: string): Promise<Recorded | undefined> {
  const stored = await table.get({ id });
  return stored && { task: unpackTask(stored.item), version: stored.version };
}

/** Up to 1,000, in the order of their ids. */
export async function readTasks(
  table: Pick<TaskReads, 'getMany'>,
  ids: readonly string[],
): Promise<readonly (Recorded | undefined)[]> {
  const all = await table.getMany(ids.map((id) => ({ id })));
  return all.map((stored) => stored && { task: unpackTask(stored.item), version: stored.version });
}

/** @returns Whether no task of that id stands already. */
export async function addTask(table: TaskWrites, task: Task): Promise<boolean> {
  return (await table.put(packTask(task), { condition: 'absent' })).kind === 'written';
}

/**
 * The order of writes that keeps every task safe: whatever will have to move a task is set *before* the task is written,
 * under an id that is used once. A crash between the two leaves a timer that finds nothing to do; the other way round it
 * would leave a task that nobody wakes. Timers are never moved, so that no race can take one away from the plan it is for.
 *
 * @returns The version written; `undefined` where another write came first: the caller decides anew, and the timer finds
 *   nothing to do.
 */
export async function saveTask(
  table: TaskWrites,
  task: Task,
  version: string,
  now: number,
): Promise<string | undefined> {
  const result = await table.put(packTask(task), { condition: { version }, ...expiryOf(task, now) });
  return result.kind === 'written' ? result.version : undefined;
}

/** As {@link saveTask}, up to 1,000 different ones, each by itself. */
export function saveTasks(table: TaskWrites, all: readonly Recorded[], now: number): Promise<readonly EditResult[]> {
  return table.writeMany(
    all.map(({ task, version }) => ({ put: packTask(task), condition: { version }, ...expiryOf(task, now) })),
  );
}

/** When a task in this state is forgotten. */
const expiryOf = (task: Task, now: number): { readonly expiresAt?: number } =>
  isFinal(task.state) ? { expiresAt: now + retentionMs } : {};

/**
 * Sets the timer of a task's plan, if it has one. A pattern may leave out more years than timers reach: such a plan is
 * looked at again on the way.
 *
 * @param trace - @default the trace of the invocation
 */
export async function setPlan(timers: Wakeups, task: Task, now: number, trace?: Trace): Promise<void> {
  const { id, next } = task;
  if (next === undefined) return;
  const options = trace === undefined ? {} : { trace };
  await timers.set(next.timer, inReach(next.dueAt, now), { kind: 'due', task: id, setAt: now }, options);
}

/** No timer reaches further than ten years. */
const inReach = (at: number, now: number): number => Math.min(at, now + horizonMs);

/** Whether the timer of a plan, set at that instant, comes before the plan is due. */
export const isOnTheWay = ({ dueAt }: Planned, setAt: number): boolean => dueAt > setAt + horizonMs;

/** Cancels the timer of a plan that no longer stands. Only tidiness: left alone, it would find nothing to do. */
export async function dropPlan(timers: Wakeups, before: Task, after: Task): Promise<void> {
  const { next } = before;
  if (next !== undefined && next.timer !== after.next?.timer) await timers.cancel(next.timer, next.dueAt);
}

/**
 * Asks for an attempt of a run at an instant. Under an id of its own: one made of the run and the instant could be that of
 * the very wake-up that is being handled, and setting it again would change nothing.
 */
export async function setAttempt(
  timers: Wakeups,
  ids: Context['ids'],
  attempt: { readonly task: string; readonly run: string; readonly at: number; readonly slot?: true },
  now: number,
): Promise<void> {
  const { at, ...rest } = attempt;
  await timers.set(ids.next(), inReach(at, now), { kind: 'attempt', ...rest, setAt: now });
}

/** The same task with its plan under a new timer. An instant that has passed meanwhile fires at once, and is caught up on. */
export function replan(task: Task, { ids }: Pick<Context, 'ids'>): Task {
  return task.next === undefined ? task : { ...task, next: { ...task.next, timer: ids.next() } };
}

/** A task's first plan: its first occurrence, for a recurring one the first after `now`. */
export function planFirst(
  task: Omit<Task, 'next' | 'state'>,
  now: number,
  { ids, random }: Pick<Context, 'ids' | 'random'>,
) {
  return planNext({ ...task, planned: 0 }, now, { timer: ids.next(), draw: random.next() });
}
