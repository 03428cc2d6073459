import { RetryLater, type Context, type Delivery, type Granted } from '@portolan/kernel';
import { beginAttempt, beginOccurrence } from '../decide.ts';
import { freePlaces, readGroup } from '../groups.ts';
import { deadLetters, events, groups, stats, tasks, wakeups, webhooks, type Wakeup } from '../ports.ts';
import { isOnTheWay, readTask, replan, saveTask, setAttempt, setPlan, type Recorded } from '../store.ts';
import { isOpen, needsWake, type Task } from '../task.ts';
import { attemptRun, type Version } from './attempt-run.ts';
import { releaseHeld } from './release-held.ts';

export const wakeGrants = {
  tasks: tasks.readWrite,
  groups: groups.readWrite,
  deadLetters: deadLetters.write,
  stats: stats.write,
  wakeups: wakeups.set,
  events: events.publish,
  webhooks: webhooks.deliver,
};
export type WakePorts = Granted<typeof wakeGrants>;

/** Does whatever a wake-up was set for, if it still is to be done. Every branch may run twice, and side by side. */
export async function wakeTask(delivery: Delivery<Wakeup>, ports: WakePorts, context: Context): Promise<void> {
  const { message } = delivery;
  switch (message.kind) {
    case 'due':
      return beginDue(delivery.id, message, ports, context);
    case 'attempt':
      return continueRun(message, ports, context);
    case 'nudge':
      return nudge(message.task, ports, context);
    case 'release':
      return releaseHeld(message.group, Infinity, ports, context);
  }
}

async function beginDue(
  timer: string,
  message: Extract<Wakeup, { kind: 'due' }>,
  ports: WakePorts,
  context: Context,
): Promise<void> {
  for (;;) {
    const stored = await readTask(ports.tasks, message.task);
    const now = context.clock.now();
    const task = stored?.task;
    if (stored === undefined || task?.next?.timer !== timer || task.paused) {
      const run = task?.runs.find(({ id }) => id === timer);
      // A firing that comes again after a crash finds its run begun.
      if (run !== undefined && isOpen(run))
        return continueRun({ kind: 'attempt', task: message.task, run: run.id, setAt: message.setAt }, ports, context);
      if (run === undefined) awaitWrite(message.setAt, now);
      return;
    }
    if (isOnTheWay(task.next, message.setAt)) {
      if (await goOn(stored, ports, context)) return;
      continue;
    }
    if (now < task.next.dueAt) throw new RetryLater(task.next.dueAt - now, 'the clock went back');
    const group = await readGroup(ports.groups, task.group);
    if (group?.paused === true) {
      if (await hold(task, stored.version, ports, context)) return;
      continue;
    }
    const begun = beginOccurrence(task, now, { timer: context.ids.next(), draw: context.random.next() });
    await setPlan(ports.wakeups, begun.task, now);
    const done =
      begun.run === undefined
        ? (await saveTask(ports.tasks, begun.task, stored.version, now)) !== undefined
        : await attemptRun(
            { task: begun.task, version: stored.version, written: false, group },
            begun.run.id,
            false,
            ports,
            context,
          );
    if (done) return;
  }
}

/** Sets out anew for a plan that lay further ahead than a timer reaches. @returns Whether the write won. */
async function goOn({ task, version }: Recorded, { tasks, wakeups }: WakePorts, { clock, ids }: Context) {
  const now = clock.now();
  const again = replan(task, { ids });
  await setPlan(wakeups, again, now);
  return (await saveTask(tasks, again, version, now)) !== undefined;
}

/** Attempts a run that stands in its task already. */
async function continueRun(
  message: Extract<Wakeup, { kind: 'attempt' }>,
  ports: WakePorts,
  context: Context,
): Promise<void> {
  for (;;) {
    const stored = await readTask(ports.tasks, message.task);
    const now = context.clock.now();
    const permit = stored === undefined ? { kind: 'nothing' as const } : beginAttempt(stored.task, message.run, now);
    // What holds the run may be the very attempt that set this wake-up, about to write that it has ended: look soon.
    if (permit.kind === 'wait')
      throw new RetryLater(
        Math.min(permit.until - now, doubling(message.setAt, now)),
        'another attempt may be under way',
      );
    if (stored === undefined || permit.kind === 'nothing') {
      const run = stored?.task.runs.find(({ id }) => id === message.run);
      const ended = run?.finishedAt !== undefined && run.finishedAt >= message.setAt;
      if (!ended) awaitWrite(message.setAt, now);
      return;
    }
    const group = await readGroup(ports.groups, stored.task.group);
    const version: Version = { task: stored.task, version: stored.version, written: true, group };
    if (await attemptRun(version, message.run, message.slot === true, ports, context)) return;
  }
}

/**
 * A wake-up is set before the write that needs it. One that finds nothing to do soon after it was set comes again, in
 * doubling steps, until that write must have happened or failed.
 *
 * @throws {RetryLater} within a minute of `setAt`.
 */
function awaitWrite(setAt: number, now: number): void {
  if (now - setAt < 60_000) throw new RetryLater(doubling(setAt, now), 'the task is not written yet');
}

/** A wait as long as the wake-up is old, so that each is twice the one before: from 2 ms to 10 s. */
const doubling = (setAt: number, now: number): number => Math.min(Math.max(now - setAt, 2), 10_000);

/** Marks a task as held by its group. @returns Whether the write won. */
async function hold(task: Task, version: string, ports: WakePorts, context: Context): Promise<boolean> {
  const now = context.clock.now();
  if (!(await saveTask(ports.tasks, { ...task, heldBy: task.group }, version, now))) return false;
  // Whoever resumed the group between the look and the mark did not see the mark: look again.
  const group = await readGroup(ports.groups, task.group);
  if (group === undefined || freePlaces(group, now) > 0) await nudge(task.id, ports, context);
  return true;
}

/** Sets every wake-up that a task may be waiting for, then takes the hold off it. */
async function nudge(taskId: string, ports: WakePorts, { clock, ids }: Context): Promise<void> {
  for (;;) {
    const stored = await readTask(ports.tasks, taskId);
    if (stored?.task.heldBy === undefined || stored.task.paused || stored.task.cancelled) return;
    const now = clock.now();
    const { next, runs } = stored.task;
    const free = {
      ...(next !== undefined && next.dueAt <= now ? replan(stored.task, { ids }) : stored.task),
      heldBy: undefined,
    };
    if (free.next?.timer !== next?.timer) await setPlan(ports.wakeups, free, now);
    for (const { id: run, nextAttemptAt, leaseUntil } of runs.filter(needsWake)) {
      const at = Math.max(now, nextAttemptAt ?? leaseUntil ?? now);
      await setAttempt(ports.wakeups, ids, { task: taskId, run, at }, now);
    }
    if (await saveTask(ports.tasks, free, stored.version, now)) return;
  }
}
