import { problem, type Context, type Granted, type Problem } from '@portolan/kernel';
import { beginRequested } from '../decide.ts';
import type { deadLetters, stats, tasks, wakeups } from '../ports.ts';
import { payloadProblem, readSchedule, saysWhen, type TaskChange } from '../request.ts';
import { dropPlan, planFirst, readTask, replan, saveTask, setAttempt, setPlan } from '../store.ts';
import { count } from '../tally.ts';
import { isFinal, isOpen, needsWake, settled, type Run, type Task } from '../task.ts';

export type ChangePorts = Granted<{
  tasks: typeof tasks.readWrite;
  wakeups: typeof wakeups.set;
  stats: typeof stats.write;
  deadLetters: typeof deadLetters.readWrite;
}>;

export type Changed =
  { readonly kind: 'changed'; readonly task: Task } | Problem<'invalid' | 'not-found' | 'conflict' | 'too-large'>;

const notFound = (id: string) =>
  problem('not-found', `there is no task "${id}"; finished tasks are forgotten after seven days`);
const conflict = (detail: string) => problem('conflict', detail);

/** What a decision asks for: the task as it shall be, and what must be set before it is written. */
type Change =
  | { readonly task: Task; readonly attempts?: readonly string[] }
  | Problem<'invalid' | 'conflict' | 'too-large'>
  | 'as-is';

/** Reads, decides, sets timers, writes; again from the start where another writer came between. */
async function change(
  id: string,
  ports: Pick<ChangePorts, 'tasks' | 'wakeups'>,
  { clock, ids }: Context,
  decide: (task: Task, now: number) => Change,
): Promise<Changed & { readonly before?: Task }> {
  for (;;) {
    const stored = await readTask(ports.tasks, id);
    if (stored === undefined) return notFound(id);
    const now = clock.now();
    const before = stored.task;
    const decided = decide(before, now);
    if (decided === 'as-is') return { kind: 'changed', task: before };
    if ('kind' in decided) return decided;
    const { task, attempts = [] } = decided;
    if (task.next?.timer !== before.next?.timer) await setPlan(ports.wakeups, task, now);
    for (const run of attempts) await setAttempt(ports.wakeups, ids, { task: id, run, at: now }, now);
    if (!(await saveTask(ports.tasks, task, stored.version, now))) continue;
    await dropPlan(ports.wakeups, before, task);
    return { kind: 'changed', task, before };
  }
}

/** Changes a task that is not finished. A new schedule starts anew; runs that are open go on. */
export function changeTask(id: string, request: TaskChange, ports: ChangePorts, context: Context): Promise<Changed> {
  return change(id, ports, context, (task, now) => {
    if (isFinal(task.state)) return conflict(`task "${id}" has ${task.state}; only unfinished tasks can be changed`);
    const { payload: asked = task.payload } = request;
    const oversized = payloadProblem(request.target ?? task.target, asked);
    if (oversized !== undefined) return oversized;
    const { target, payload, timeoutMs, flexibleWindowMs, catchUp, concurrency, retry, paused = task.paused } = request;
    const given = { target, payload, timeoutMs, flexibleWindowMs, catchUp, concurrency, retry };
    let changed = { ...task, ...present(given), paused } as Task;
    if (saysWhen(request)) {
      const schedule = readSchedule(request, now);
      if (schedule.kind === 'problem') return schedule;
      changed = { ...changed, schedule, planned: 0, next: planFirst({ ...changed, schedule }, now, context) };
      if (changed.next === undefined)
        return problem('invalid', 'expected a schedule with at least one occurrence within its bounds');
    } else if (task.paused && !paused) changed = replan(changed, context);
    const resumed = task.paused && !paused ? task.runs.filter(needsWake).map((run) => run.id) : [];
    return { task: settled(changed, now), attempts: resumed };
  });
}

const present = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    readonly [F in keyof T]?: NonNullable<T[F]>;
  };

/** Cancels a task and its open runs. Cancelling again changes nothing; what has ended otherwise cannot be cancelled. */
export async function cancelTask(id: string, ports: ChangePorts, context: Context): Promise<Changed> {
  const cancelled = await change(id, ports, context, (task, now) => {
    if (task.cancelled) return 'as-is';
    if (isFinal(task.state)) return conflict(`task "${id}" has ${task.state} already`);
    const runs = task.runs.map((run): Run => (isOpen(run) ? { ...run, state: 'cancelled', finishedAt: now } : run));
    return { task: settled({ ...task, cancelled: true, next: undefined, heldBy: undefined, runs }, now) };
  });
  if (cancelled.kind === 'changed' && cancelled.before !== undefined)
    await count(ports.stats, context.random.next(), { cancelled: 1, closed: 1 });
  return cancelled;
}

/** Begins a run at once, beside the schedule. */
export function runTask(id: string, ports: ChangePorts, context: Context): Promise<Changed> {
  const run = context.ids.next();
  return reopen(id, ports, context, (task, now) => {
    if (task.paused) return conflict(`task "${id}" is paused; resume it first`);
    const begun = beginRequested(task, run, now);
    return { task: begun.task, attempts: begun.run === undefined ? [] : [begun.run.id] };
  });
}

/** Gives a dead run its attempts anew, under its old id, and takes it off the list. */
export async function redriveRun(runId: string, ports: ChangePorts, context: Context): Promise<Changed> {
  const letter = (await ports.deadLetters.get({ id: runId }))?.item;
  if (letter === undefined) return problem('not-found', `there is no dead letter "${runId}"`);
  const redriven = await reopen(letter.task, ports, context, (task, now) => {
    if (task.paused) return conflict(`task "${task.id}" is paused; resume it first`);
    const known = task.runs.find(({ id }) => id === runId);
    if (known !== undefined && isOpen(known)) return 'as-is';
    const run: Run = {
      id: runId,
      cause: 'schedule',
      dueAt: letter.dueAt,
      state: 'pending',
      attempts: letter.attempts,
      attemptsBefore: letter.attempts.length,
    };
    const runs = [...task.runs.filter(({ id }) => id !== runId), run];
    return { task: settled({ ...task, runs }, now), attempts: [runId] };
  });
  if (redriven.kind === 'changed') await ports.deadLetters.delete({ id: runId });
  return redriven;
}

/** A change that a finished task allows, which opens it again; a cancelled one stays as it is. */
async function reopen(
  id: string,
  ports: ChangePorts,
  context: Context,
  decide: (task: Task, now: number) => Change,
): Promise<Changed> {
  const reopened = await change(id, ports, context, (task, now) =>
    task.cancelled ? conflict(`task "${id}" was cancelled`) : decide(task, now),
  );
  if (reopened.kind === 'changed' && reopened.before !== undefined && isFinal(reopened.before.state))
    await count(ports.stats, context.random.next(), { closed: -1 });
  return reopened;
}
