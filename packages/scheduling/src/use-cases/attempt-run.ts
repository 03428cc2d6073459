import { reasonOf, type Context } from '@portolan/kernel';
import { beginAttempt, finishAttempt, leaseMs, type AttemptOutcome, type Finished } from '../decide.ts';
import { deliverRun } from '../deliver.ts';
import { freePlaces, givePlaceBack, readGroup, takePlace } from '../groups.ts';
import { iso } from '../iso.ts';
import type { Group } from '../ports.ts';
import { readTask, retentionMs, saveTask, setAttempt, type Recorded } from '../store.ts';
import { count, countFirings, type Total } from '../tally.ts';
import { isFinal, type Run, type Task } from '../task.ts';
import { releaseHeld } from './release-held.ts';
import type { WakePorts } from './wake-task.ts';

/** A task as decided, over the version it was decided on. */
export interface Version {
  readonly task: Task;
  readonly version: string;
  /** Whether the task stands so in the table already. */
  readonly written: boolean;
  /** Its group as it was read just now. */
  readonly group: Group | undefined;
}

/**
 * Attempts one run, if its group has a place for it, and records what came of it.
 *
 * A webhook is preceded by a write that holds the attempt's lease, so that a second worker waits instead of sending twice.
 * An event to a topic is quick and carries its id: it is published first, and one write records the whole run.
 *
 * @returns Whether it is done with; `false` when another writer came first and the caller must look again.
 */
export async function attemptRun(
  at: Version,
  runId: string,
  slot: boolean,
  ports: WakePorts,
  context: Context,
): Promise<boolean> {
  const { task, version } = at;
  const now = context.clock.now();
  const place = await takePlace(
    ports.groups,
    task.group,
    at.group,
    { id: runId, leaseUntil: now + leaseMs(task), slot },
    now,
  );
  if (place.kind === 'later') {
    // A crowd that would take longer than timers reach is let go at their end.
    await setAttempt(ports.wakeups, context.ids, { task: task.id, run: runId, at: place.at, slot: true }, now);
    return at.written || (await saveTask(ports.tasks, task, version, now)) !== undefined;
  }
  if (place.kind === 'held') return holdRun(at, runId, ports, context);

  const permit = beginAttempt(task, runId, now);
  if (permit.kind !== 'go') return permit.kind === 'nothing';
  const leased = task.target.kind === 'webhook' ? await saveTask(ports.tasks, permit.task, version, now) : version;
  if (leased === undefined) {
    if (place.kind === 'taken') await givePlaceBack(ports.groups, task.group, runId, now);
    return false;
  }
  if (permit.run.attempts.length === 0) tallyStarts([{ task: permit.task, run: permit.run }], now, ports, context);
  const outcome = await deliverRun(permit.task, permit.run, ports, context.trace);
  const known = { task: permit.task, version: leased };
  const recorded = await recordAttempt(known, task.id, runId, now, outcome, ports, context);
  if (place.kind === 'taken') {
    const free = await givePlaceBack(ports.groups, task.group, runId, context.clock.now());
    if (free > 0) await releaseHeld(task.group, free, ports, context);
  }
  // Where nothing was written before the event was published, whoever wrote first has not seen the run: it begins anew.
  return recorded || at.written || task.target.kind === 'webhook';
}

/** Beside the delivery, never before it or in its way: a count that is lost costs nobody a task. */
export function tallyStarts(
  started: readonly { readonly task: Task; readonly run: Run }[],
  now: number,
  ports: WakePorts,
  { random, log }: Context,
): void {
  const latenessesMs = started.map(({ task, run }) => Math.max(0, now - Math.max(run.dueAt, task.createdAt)));
  countFirings(ports.stats, random.next(), now, latenessesMs).catch(notCounted(log));
}

const notCounted =
  (log: Context['log']) =>
  (error: unknown): void =>
    log.warn('not counted', { reason: reasonOf(error) });

/** The group is full or paused: the run waits in its task until a place is given back. */
async function holdRun(at: Version, runId: string, ports: WakePorts, { clock, ids }: Context): Promise<boolean> {
  const { task, version } = at;
  const now = clock.now();
  if (!(await saveTask(ports.tasks, { ...task, heldBy: task.group }, version, now))) return false;
  // A place given back between the look and the mark was offered to nobody: look again.
  const group = await readGroup(ports.groups, task.group);
  if (group === undefined || freePlaces(group, now) > 0)
    await setAttempt(ports.wakeups, ids, { task: task.id, run: runId, at: now }, now);
  return true;
}

/**
 * Writes down what an attempt came to. What must follow from it is set up before the write.
 *
 * @param known - The task with the attempt, over the version to write at; read anew where there is none, or an older one.
 * @returns Whether the task has the run.
 */
export async function recordAttempt(
  known: Recorded | undefined,
  taskId: string,
  runId: string,
  startedAt: number,
  outcome: AttemptOutcome,
  ports: WakePorts,
  context: Context,
): Promise<boolean> {
  const draw = context.random.next();
  for (let at = known; ; at = undefined) {
    const stored = at ?? (await readTask(ports.tasks, taskId));
    if (stored === undefined) return false;
    const now = context.clock.now();
    const finished = finishAttempt(stored.task, runId, startedAt, now, outcome, draw);
    if (finished === undefined) return false;
    await prepare(finished, now, ports, context);
    if (!(await saveTask(ports.tasks, finished.task, stored.version, now))) continue;
    await countVerdicts([finished], draw, ports, context);
    return true;
  }
}

async function prepare(
  { task, run, verdict, released }: Finished,
  now: number,
  ports: WakePorts,
  context: Context,
): Promise<void> {
  if (verdict === 'retry')
    await setAttempt(ports.wakeups, context.ids, { task: task.id, run: run.id, at: run.nextAttemptAt! }, now);
  if (verdict === 'failed') await bury(task, run, now, ports, context);
  if (released !== undefined)
    await setAttempt(ports.wakeups, context.ids, { task: task.id, run: released.id, at: now }, now);
}

/** Keeps a run that was given up, with every attempt, and tells whoever listens. */
async function bury(task: Task, run: Run, now: number, ports: WakePorts, context: Context): Promise<void> {
  const { status, error } = run.attempts.at(-1) ?? {};
  const reason = [status === undefined ? undefined : `HTTP ${status}`, error]
    .filter((part) => part !== undefined)
    .join(': ');
  const { id, group } = task;
  await ports.deadLetters.put(
    {
      list: 'dead',
      sort: `${now}~${run.id}`,
      id: run.id,
      task: id,
      group,
      dueAt: run.dueAt,
      deadAt: now,
      reason,
      attempts: run.attempts,
    },
    { expiresAt: now + retentionMs },
  );
  await ports.events.publish({
    id: `${run.id}-failed`,
    type: 'scheduling.run.failed',
    task: id,
    group,
    scheduledAt: iso(run.dueAt),
    payload: { reason },
  });
  context.log.warn('run failed', { task: id, run: run.id, reason });
}

export async function countVerdicts(
  all: readonly Finished[],
  draw: number,
  ports: WakePorts,
  { log }: Context,
): Promise<void> {
  const totals: Partial<Record<Total, number>> = {};
  const add = (name: Total): void => {
    totals[name] = (totals[name] ?? 0) + 1;
  };
  for (const { task, run, verdict } of all) {
    if (run.attempts.length === 1) add('fired');
    if (verdict === 'ignored') continue;
    add(verdict === 'retry' ? 'retried' : verdict);
    if (isFinal(task.state)) add('closed');
  }
  if (Object.keys(totals).length > 0) await count(ports.stats, draw, totals).catch(notCounted(log));
}
