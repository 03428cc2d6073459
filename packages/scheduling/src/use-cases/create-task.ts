import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { problem, reasonOf, type Context, type Granted, type Problem } from '@portolan/kernel';
import type { stats, tasks, wakeups } from '../ports.ts';
import { payloadProblem, readSchedule, withDefaults, type NewTask } from '../request.ts';
import { addTask, planFirst, readTask, setPlan } from '../store.ts';
import { count } from '../tally.ts';
import { settled, type Task } from '../task.ts';

export type CreatePorts = Granted<{
  tasks: typeof tasks.readWrite;
  wakeups: typeof wakeups.set;
  stats: typeof stats.write;
}>;

export type Creation =
  | { readonly kind: 'created'; readonly task: Task }
  /** The same request was accepted before. */
  | { readonly kind: 'existing'; readonly task: Task }
  | Problem<'invalid' | 'conflict' | 'too-large'>;

/** Creates a task: its timer first, then the task itself. Accepted only when both are durable. */
export async function createTask(
  request: NewTask,
  ports: CreatePorts,
  context: Context,
  prefix = 'body',
): Promise<Creation> {
  const now = context.clock.now();
  const schedule = readSchedule(request, now, prefix);
  if (schedule.kind === 'problem') return schedule;
  const oversized = payloadProblem(request.target, request.payload, prefix);
  if (oversized !== undefined) return oversized;
  const fingerprint = request.id === undefined ? undefined : fingerprintOf(request);
  if (request.id !== undefined) {
    const existing = await existingTask(request.id, fingerprint!, ports, prefix);
    if (existing !== undefined) return existing;
  }
  const task = newTask(request, schedule, fingerprint, now, context);
  if (task.next === undefined)
    return problem('invalid', `${prefix}: expected a schedule with at least one occurrence within its bounds`);
  await setPlan(ports.wakeups, task, now);
  // An id made here is new: what is counted cannot turn out to exist already, so the count need not wait.
  const counted = fingerprint === undefined ? countOpened(ports, context) : undefined;
  if (!(await addTask(ports.tasks, task))) {
    await ports.wakeups.cancel(task.next.timer, task.next.dueAt);
    return (
      (await existingTask(task.id, fingerprint ?? '', ports, prefix)) ??
      problem('conflict', `task "${task.id}" was created and removed meanwhile; try again`)
    );
  }
  await (counted ?? countOpened(ports, context));
  return { kind: 'created', task };
}

async function countOpened({ stats }: CreatePorts, { random, log }: Context): Promise<void> {
  await count(stats, random.next(), { opened: 1 }).catch((error: unknown) =>
    log.warn('not counted', { reason: reasonOf(error) }),
  );
}

function newTask(
  request: NewTask,
  schedule: Task['schedule'],
  fingerprint: string | undefined,
  now: number,
  context: Context,
): Task {
  const { target, payload } = request;
  const id = request.id ?? context.ids.next();
  const draft: Omit<Task, 'state'> = {
    id,
    group: request.group ?? 'default',
    listKey: `${String(now).padStart(14, '0')}~${id}`,
    schedule,
    target,
    ...(payload === undefined ? {} : { payload }),
    ...withDefaults(request),
    createdAt: now,
    updatedAt: now,
    paused: false,
    cancelled: false,
    planned: 0,
    runs: [],
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
  return settled({ ...draft, next: planFirst(draft, now, context) }, now);
}

async function existingTask(
  id: string,
  fingerprint: string,
  ports: CreatePorts,
  prefix: string,
): Promise<Creation | undefined> {
  const stored = await readTask(ports.tasks, id);
  if (stored === undefined) return undefined;
  if (stored.task.fingerprint === fingerprint) return { kind: 'existing', task: stored.task };
  return problem('conflict', `task "${id}" exists with another body; change it, or choose another id`, {
    errors: [{ field: `${prefix}.id`, value: id, expected: 'an id that is free, or the body it was created with' }],
  });
}

/** The same for requests that mean the same: order of fields does not count, defaults that are spelt out do. */
function fingerprintOf(request: NewTask): string {
  return bytesToHex(sha256(utf8ToBytes(canonical(request)))).slice(0, 32);
}

/** JSON with the fields of every object in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}
