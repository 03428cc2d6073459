import { reasonOf, type Context } from '@portolan/kernel';
import { beginAttempt, finishAttempt, leaseMs, type AttemptOutcome, type Finished } from '../decide.ts';
import { deliverRun } from '../deliver.ts';
import { freePlaces, givePlaceBack, readGroup, takePlace } from '../groups.ts';
import type { Group } from '../ports.ts';
import { retentionMs, saveTask, setAttempt } from '../store.ts';
import { count, countFiring } from '../tally.ts';
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
  if (permit.run.attempts.length === 0) tallyStart(permit.task, permit.run, now, ports, context);
  const outcome = await deliverRun(permit.task, permit.run, ports, context);
  await recordAttempt({ task: permit.task, version: leased }, task.id, runId, now, outcome, ports, context);
  if (place.kind === 'taken') {
    const free = await givePlaceBack(ports.groups, task.group, runId, context.clock.now());
    if (free > 0) await releaseHeld(task.group, free, ports, context);
  }
  return true;
}

/** Beside the delivery, never before it or in its way: a count that is lost costs nobody a task. */
function tallyStart(task: Task, run: Run, now: number, ports: WakePorts, { random, log }: Context): void {
  const latenessMs = Math.max(0, now - Math.max(run.dueAt, task.createdAt));
  countFiring(ports.stats, random.next(), now, latenessMs).catch(notCounted(task, log));
}

const notCounted =
  (task: Task, log: Context['log']) =>
  (error: unknown): void =>
    log.warn('not counted', { task: task.id, reason: reasonOf(error) });

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

/** Writes down what an attempt came to. What must follow from it is set up before the write. */
async function recordAttempt(
  known: { readonly task: Task; readonly version: string },
  taskId: string,
  runId: string,
  startedAt: number,
  outcome: AttemptOutcome,
  ports: WakePorts,
  context: Context,
): Promise<void> {
  const draw = context.random.next();
  for (let at: typeof known | undefined = known; ; at = undefined) {
    const stored = at ?? (await readTask(taskId, ports));
    if (stored === undefined) return;
    const now = context.clock.now();
    const finished = finishAttempt(stored.task, runId, startedAt, now, outcome, draw);
    if (finished === undefined) return;
    await prepare(finished, now, ports, context);
    if (!(await saveTask(ports.tasks, finished.task, stored.version, now))) continue;
    await countVerdict(finished, draw, ports, context);
    return;
  }
}

async function readTask(
  id: string,
  ports: WakePorts,
): Promise<{ readonly task: Task; readonly version: string } | undefined> {
  const stored = await ports.tasks.get({ id });
  return stored && { task: stored.item, version: stored.version };
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
    scheduledAt: new Date(run.dueAt).toISOString(),
    payload: { reason },
  });
  context.log.warn('run failed', { task: id, run: run.id, reason });
}

async function countVerdict(
  { task, run, verdict }: Finished,
  draw: number,
  ports: WakePorts,
  { log }: Context,
): Promise<void> {
  const totals = {
    ...(run.attempts.length === 1 ? { fired: 1 } : {}),
    ...(verdict === 'ignored' ? {} : { [verdict === 'retry' ? 'retried' : verdict]: 1 }),
    ...(verdict !== 'ignored' && isFinal(task.state) ? { closed: 1 } : {}),
  };
  if (Object.keys(totals).length > 0) await count(ports.stats, draw, totals).catch(notCounted(task, log));
}
