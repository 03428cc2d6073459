import { fullJitter } from '@portolan/kernel';
import { latestOccurrence } from './recurrence.ts';
import {
  isOpen,
  maxOpenRuns,
  missedAfterMs,
  openRuns,
  planNext,
  settled,
  type Attempt,
  type Planned,
  type Run,
  type Task,
} from './task.ts';

/** New ids and draws that a decision may use up, so that decisions stay pure. */
export interface Picks {
  readonly timer: string;
  readonly draw: number;
}

/** What becomes of the occurrence that was due. */
export interface Begun {
  readonly task: Task;
  /** The run to attempt now; absent where the occurrence was skipped or queued. */
  readonly run?: Run | undefined;
}

/**
 * Turns the due occurrence into a run, by the policies for missed occurrences and for concurrency, and plans the next.
 *
 * @param task - With `next` due.
 */
export function beginOccurrence(task: Task, now: number, picks: Picks): Begun {
  const { next } = task as { readonly next: Planned };
  const chosen = chooseOccurrence(task, next, now);
  const planned = task.planned + 1;
  // A catch-up to the latest begins after it; a skip to the window begins at the window.
  const after = chosen.kind === 'run' ? chosen.at : chosen.resumeAfter;
  const following = planNext({ ...task, planned }, after, picks);
  const advanced: Task = { ...task, planned, next: following, heldBy: undefined };
  if (chosen.kind === 'skip') return { task: settled(withRun(advanced, skippedRun(next, now, chosen.note)), now) };
  const run: Run = {
    id: next.timer,
    cause: 'schedule',
    dueAt: chosen.at === next.at ? next.dueAt : chosen.at,
    state: 'pending',
    attempts: [],
  };
  return admit(advanced, run, now);
}

type Choice =
  | { readonly kind: 'run'; readonly at: number }
  | { readonly kind: 'skip'; readonly note: string; readonly resumeAfter: number };

function chooseOccurrence(task: Task, next: Planned, now: number): Choice {
  const { schedule, catchUp } = task;
  if (schedule.kind === 'once' || now - next.dueAt <= missedAfterMs) return { kind: 'run', at: next.at };
  const windowStart = now - catchUp.windowMs;
  switch (catchUp.policy) {
    case 'none':
      return { kind: 'skip', note: 'missed; the task does not catch up', resumeAfter: now - missedAfterMs };
    case 'all':
      if (next.at >= windowStart) return { kind: 'run', at: next.at };
      return { kind: 'skip', note: 'missed by more than the catch-up window', resumeAfter: windowStart };
    case 'latest': {
      const until = schedule.until === undefined ? now : Math.min(now, schedule.until);
      const latest = latestOccurrence(schedule, next.at, until) ?? next.at;
      if (latest >= windowStart) return { kind: 'run', at: latest };
      return { kind: 'skip', note: 'missed by more than the catch-up window', resumeAfter: latest };
    }
  }
}

/** Lets a new run in, by the task's policy for runs that are open at once. */
function admit(task: Task, run: Run, now: number): Begun {
  const open = openRuns(task);
  const skip = (note: string): Begun => ({
    task: settled(withRun(task, { ...run, state: 'skipped', note, finishedAt: now }), now),
  });
  if (open.length === 0) return { task: settled(withRun(task, run), now), run };
  switch (task.concurrency) {
    case 'skip':
      return skip('an earlier run was still open');
    case 'replace': {
      const note = `replaced by ${run.id}`;
      const runs = task.runs.map((old): Run =>
        isOpen(old) ? { ...old, state: 'replaced', note, finishedAt: now } : old,
      );
      return { task: settled(withRun({ ...task, runs }, run), now), run };
    }
    case 'queue':
      if (open.length >= maxOpenRuns) return skip(`${open.length} runs were waiting`);
      return { task: settled(withRun(task, { ...run, state: 'queued' }), now) };
    case 'allow':
      if (open.length >= maxOpenRuns) return skip(`${open.length} runs were open`);
      return { task: settled(withRun(task, run), now), run };
  }
}

/** A run by request, at once and beside the schedule; the concurrency policy holds for it as well. */
export function beginRequested(task: Task, runId: string, now: number): Begun {
  return admit(task, { id: runId, cause: 'request', dueAt: now, state: 'pending', attempts: [] }, now);
}

const skippedRun = (next: Planned, now: number, note: string): Run => ({
  id: next.timer,
  cause: 'schedule',
  dueAt: next.dueAt,
  state: 'skipped',
  attempts: [],
  finishedAt: now,
  note,
});

const withRun = (task: Task, run: Run): Task => ({ ...task, runs: [...task.runs, run] });

/** Replaces a run of a task. */
export function changeRun(task: Task, run: Run, now: number): Task {
  return settled({ ...task, runs: task.runs.map((old) => (old.id === run.id ? run : old)) }, now);
}

export type AttemptPermit =
  | { readonly kind: 'go'; readonly task: Task; readonly run: Run }
  /** Someone may be at it, or the clock went back: come again at that instant. */
  | { readonly kind: 'wait'; readonly until: number }
  /** Nothing to do: it is over, waits in the queue, or the task is paused. */
  | { readonly kind: 'nothing' };

/** Whether a run may be attempted now, and the task with the attempt's lease. */
export function beginAttempt(task: Task, runId: string, now: number): AttemptPermit {
  const run = task.runs.find(({ id }) => id === runId);
  if (run === undefined || !isOpen(run) || run.state === 'queued' || task.paused || task.cancelled)
    return { kind: 'nothing' };
  if (run.state === 'attempting' && run.leaseUntil !== undefined && run.leaseUntil > now)
    return { kind: 'wait', until: run.leaseUntil };
  if (run.nextAttemptAt !== undefined && run.nextAttemptAt > now) return { kind: 'wait', until: run.nextAttemptAt };
  const attempting: Run = { ...run, state: 'attempting', leaseUntil: now + leaseMs(task), nextAttemptAt: undefined };
  return { kind: 'go', task: changeRun({ ...task, heldBy: undefined }, attempting, now), run: attempting };
}

/** Longer than an attempt can take: its timeout, and time to write what came of it. */
export const leaseMs = (task: Pick<Task, 'timeoutMs'>): number => task.timeoutMs + 5_000;

/** What one attempt came to, as the target's adapter tells it. */
export interface AttemptOutcome {
  readonly outcome: Attempt['outcome'];
  readonly status?: number | undefined;
  readonly error?: string | undefined;
  /** The receiver's wish, from Retry-After. */
  readonly retryAfterMs?: number | undefined;
}

export interface Finished {
  readonly task: Task;
  readonly run: Run;
  /** `ignored`: the run was ended by someone else meanwhile. */
  readonly verdict: 'succeeded' | 'failed' | 'retry' | 'ignored';
  /** The queued run whose turn it is now. */
  readonly released?: Run | undefined;
}

/**
 * Records an attempt. A failed one is tried again after capped full jitter, and not before the receiver's Retry-After;
 * a refused one, or the last, ends the run.
 *
 * @param draw - Uniform in [0, 1).
 */
export function finishAttempt(
  task: Task,
  runId: string,
  startedAt: number,
  now: number,
  outcome: AttemptOutcome,
  draw: number,
): Finished | undefined {
  const run = task.runs.find(({ id }) => id === runId);
  if (run === undefined) return undefined;
  const attempt: Attempt = {
    number: run.attempts.length + 1,
    startedAt,
    finishedAt: now,
    outcome: outcome.outcome,
    ...(outcome.status === undefined ? {} : { status: outcome.status }),
    ...(outcome.error === undefined ? {} : { error: outcome.error.slice(0, 200) }),
  };
  const tried: Run = { ...run, attempts: [...run.attempts, attempt], leaseUntil: undefined };
  if (!isOpen(run)) return { task: changeRun(task, tried, now), run: tried, verdict: 'ignored' };
  const used = tried.attempts.length - (run.attemptsBefore ?? 0);
  if (outcome.outcome === 'failed' && used < task.retry.maxAttempts) {
    const waitMs = Math.max(fullJitter(used, draw, task.retry), outcome.retryAfterMs ?? 0);
    const waiting: Run = { ...tried, state: 'pending', nextAttemptAt: now + waitMs };
    return { task: changeRun(task, waiting, now), run: waiting, verdict: 'retry' };
  }
  const verdict = outcome.outcome === 'delivered' ? 'succeeded' : 'failed';
  const ended: Run = { ...tried, state: verdict, finishedAt: now };
  const after = changeRun(task, ended, now);
  const queued = after.runs.some((other) => isOpen(other) && other.state !== 'queued')
    ? undefined
    : after.runs.find(({ state }) => state === 'queued');
  if (queued === undefined) return { task: after, run: ended, verdict };
  const released: Run = { ...queued, state: 'pending' };
  return { task: changeRun(after, released, now), run: ended, verdict, released };
}
