import { nextOccurrence, type Recurrence } from './recurrence.ts';

/** When a task runs: once, or by a recurrence within bounds. Instants are milliseconds since 1970. */
export type Schedule =
  | { readonly kind: 'once'; readonly at: number }
  | (Recurrence & {
      /** No occurrence before this instant. */
      readonly notBefore: number;
      /** No occurrence after this instant. */
      readonly until?: number | undefined;
      /** Occurrences at most. */
      readonly count?: number | undefined;
    });

export type Target =
  | { readonly kind: 'webhook'; readonly url: string; readonly headers?: Readonly<Record<string, string>> | undefined }
  | { readonly kind: 'topic'; readonly type: string };

/** What to do with occurrences that nothing could run: more than {@link missedAfterMs} late. */
export const catchUpPolicies = ['all', 'latest', 'none'] as const;
/** What to do with an occurrence that comes while an earlier run is still open. */
export const concurrencyPolicies = ['allow', 'skip', 'queue', 'replace'] as const;
export const taskStates = ['scheduled', 'running', 'succeeded', 'failed', 'cancelled', 'paused'] as const;
export type TaskState = (typeof taskStates)[number];

/** An occurrence is missed when it could not begin within a minute. */
export const missedAfterMs = 60_000;
/** Runs of one task that may be open at once; a task's runs live in one item, which must stay small. */
export const maxOpenRuns = 20;
/** Finished runs that a task remembers. */
export const maxFinishedRuns = 10;

/** One try to deliver a run. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly outcome: 'delivered' | 'refused' | 'failed';
  /** The receiver's HTTP status. */
  readonly status?: number | undefined;
  readonly error?: string | undefined;
}

/** One occurrence on its way to the target. Its id is the webhook-id. */
export interface Run {
  readonly id: string;
  readonly cause: 'schedule' | 'request';
  /** The instant it was promised for. */
  readonly dueAt: number;
  readonly state: 'pending' | 'queued' | 'attempting' | 'succeeded' | 'failed' | 'skipped' | 'replaced' | 'cancelled';
  /** Attempts that failed and are over, and the successful one. */
  readonly attempts: readonly Attempt[];
  /** Attempts before the latest redrive, which begins to count anew. */
  readonly attemptsBefore?: number | undefined;
  /** While attempting: when another worker may take the attempt over. */
  readonly leaseUntil?: number | undefined;
  /** While pending after a failure: the instant of the next attempt. */
  readonly nextAttemptAt?: number | undefined;
  readonly finishedAt?: number | undefined;
  /** Why it was skipped or replaced. */
  readonly note?: string | undefined;
}

/** The occurrence a task waits for. */
export interface Planned {
  /** The occurrence itself. */
  readonly at: number;
  /** When it will begin: the occurrence plus its place in the flexible window. */
  readonly dueAt: number;
  /** The timer set for it, used by no other plan; it becomes the id of the run. */
  readonly timer: string;
}

export interface Retry {
  readonly maxAttempts: number;
  readonly baseMs: number;
  readonly capMs: number;
}

/** A task: one stored item, so that every decision about it is one conditional write. */
export interface Task {
  readonly id: string;
  readonly group: string;
  readonly state: TaskState;
  /** Sorts by creation, then id: the order of every list. */
  readonly listKey: string;
  readonly schedule: Schedule;
  readonly target: Target;
  readonly payload?: unknown;
  readonly retry: Retry;
  readonly timeoutMs: number;
  readonly flexibleWindowMs: number;
  readonly catchUp: { readonly policy: (typeof catchUpPolicies)[number]; readonly windowMs: number };
  readonly concurrency: (typeof concurrencyPolicies)[number];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly paused: boolean;
  readonly cancelled: boolean;
  /** Occurrences planned so far, for `count`. */
  readonly planned: number;
  readonly next?: Planned | undefined;
  /** Open ones, and the latest finished ones; in the order they began. */
  readonly runs: readonly Run[];
  /** The group that holds the task back (paused, or full); absent where none does. */
  readonly heldBy?: string | undefined;
  /** Identifies the request that created it, where the client chose the id. */
  readonly fingerprint?: string | undefined;
}

export const isOpen = ({ state }: Run): boolean => state === 'pending' || state === 'queued' || state === 'attempting';
/** A wake-up must come for it: also while it is attempted, as the attempt may have ended with its process. */
export const needsWake = ({ state }: Run): boolean => state === 'pending' || state === 'attempting';
export const openRuns = (task: Task): readonly Run[] => task.runs.filter(isOpen);
export const isFinal = (state: TaskState): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled';

/**
 * Plans the next occurrence of a task.
 *
 * @param after - Milliseconds since 1970; exclusive.
 * @param pick.timer - A new id.
 * @param pick.draw - Uniform in [0, 1): the place within the flexible window.
 * @returns `undefined` where the schedule has no more.
 */
export function planNext(
  task: Pick<Task, 'schedule' | 'planned' | 'flexibleWindowMs'>,
  after: number,
  pick: { readonly timer: string; readonly draw: number },
): Planned | undefined {
  const at = occurrenceAfter(task.schedule, task.planned, after);
  if (at === undefined) return undefined;
  return { at, dueAt: at + Math.floor(pick.draw * (task.flexibleWindowMs + 1)), timer: pick.timer };
}

function occurrenceAfter(schedule: Schedule, planned: number, after: number): number | undefined {
  if (schedule.kind === 'once') return planned === 0 ? schedule.at : undefined;
  if (schedule.count !== undefined && planned >= schedule.count) return undefined;
  const at = nextOccurrence(schedule, Math.max(after, schedule.notBefore - 1));
  return at === undefined || (schedule.until !== undefined && at > schedule.until) ? undefined : at;
}

/**
 * The state that follows from everything else, and history cut to its length. Every decision ends here.
 *
 * Precedence: cancelled, then paused, then running, then scheduled, then how the last run ended.
 */
export function settled(task: Omit<Task, 'state'>, now: number): Task {
  const runs = task.runs.length > maxFinishedRuns ? withoutOldest(task.runs) : task.runs;
  return { ...task, runs, state: stateOf(task), updatedAt: now };
}

function withoutOldest(runs: readonly Run[]): readonly Run[] {
  const finished = runs.filter((run) => !isOpen(run));
  const dropped = new Set(finished.slice(0, Math.max(0, finished.length - maxFinishedRuns)));
  return runs.filter((run) => !dropped.has(run));
}

function stateOf(task: Omit<Task, 'state'>): TaskState {
  if (task.cancelled) return 'cancelled';
  const open = task.runs.some(isOpen);
  if (task.paused && (open || task.next !== undefined)) return 'paused';
  if (open) return 'running';
  if (task.next !== undefined) return 'scheduled';
  const last = task.runs.findLast(({ state }) => state === 'succeeded' || state === 'failed');
  // A task whose every occurrence was skipped has done all that was asked of it.
  return last?.state === 'failed' ? 'failed' : 'succeeded';
}
