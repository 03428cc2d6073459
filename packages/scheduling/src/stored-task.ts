import * as z from 'zod';
import type { Task } from './task.ts';

/**
 * What the fields of a task hold that its stored form leaves out: a task of a client that chose nothing is a third
 * shorter so. Part of what is stored, for good: defaults of requests may change, these may not.
 */
const leftOut = {
  retry: { maxAttempts: 8, baseMs: 1_000, capMs: 3_600_000 },
  timeoutMs: 15_000,
  flexibleWindowMs: 0,
  catchUp: { policy: 'latest', windowMs: 86_400_000 },
  concurrency: 'allow',
  paused: false,
  cancelled: false,
  planned: 0,
  runs: [],
} as const satisfies Partial<Task>;

type LeftOut = keyof typeof leftOut;

/** A task as it is stored. */
export type StoredTask = Omit<Task, LeftOut> & { readonly [Field in LeftOut]?: Task[Field] | undefined };

/** Stored tasks are written by this domain only; the schema names what the table's keys and indexes rely on. */
export const storedTask = z.custom<StoredTask>(
  (value) => typeof value === 'object' && value !== null && typeof (value as StoredTask).id === 'string',
  'a task',
);

export function packTask(task: Task): StoredTask {
  const { retry, catchUp } = task;
  const sameRetry =
    retry.maxAttempts === leftOut.retry.maxAttempts &&
    retry.baseMs === leftOut.retry.baseMs &&
    retry.capMs === leftOut.retry.capMs;
  const sameCatchUp = catchUp.policy === leftOut.catchUp.policy && catchUp.windowMs === leftOut.catchUp.windowMs;
  return {
    ...task,
    retry: sameRetry ? undefined : retry,
    timeoutMs: task.timeoutMs === leftOut.timeoutMs ? undefined : task.timeoutMs,
    flexibleWindowMs: task.flexibleWindowMs === leftOut.flexibleWindowMs ? undefined : task.flexibleWindowMs,
    catchUp: sameCatchUp ? undefined : catchUp,
    concurrency: task.concurrency === leftOut.concurrency ? undefined : task.concurrency,
    paused: task.paused === leftOut.paused ? undefined : task.paused,
    cancelled: task.cancelled === leftOut.cancelled ? undefined : task.cancelled,
    planned: task.planned === leftOut.planned ? undefined : task.planned,
    runs: task.runs.length === 0 ? undefined : task.runs,
  };
}

export const unpackTask = (stored: StoredTask): Task => ({ ...leftOut, ...stored }) as Task;
