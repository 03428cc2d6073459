import type { NewTask, TaskView } from '../../api/answers.ts';
import { durationTextOf, type DurationText } from '../../time/duration.ts';
import { localInputOf } from '../../time/instant.ts';
import { targetOf } from '../target.ts';

export type WhenKind = 'at' | 'delay' | 'cron' | 'every';

export interface HeaderText {
  readonly name: string;
  readonly value: string;
}

/** What stands in the controls of the task form: texts as they are typed, chosen options. Empty means "not given". */
export interface TaskForm {
  readonly when: WhenKind;
  /** Values of datetime-local controls, on the browser's wall. */
  readonly at: string;
  readonly startAt: string;
  readonly until: string;
  readonly delay: DurationText;
  readonly every: DurationText;
  readonly cron: string;
  readonly timeZone: string;
  readonly gap: NonNullable<NewTask['gap']>;
  readonly overlap: NonNullable<NewTask['overlap']>;
  readonly count: string;
  readonly target: NewTask['target']['kind'];
  readonly url: string;
  readonly headers: readonly HeaderText[];
  readonly topic: string;
  readonly payload: string;
  readonly id: string;
  readonly group: string;
  readonly maxAttempts: string;
  readonly retryBase: DurationText;
  readonly retryCap: DurationText;
  readonly timeout: DurationText;
  readonly flexibleWindow: DurationText;
  readonly catchUp: NonNullable<NewTask['catchUp']>['policy'];
  readonly catchUpWindow: DurationText;
  readonly concurrency: NonNullable<NewTask['concurrency']>;
}

const minuteMs = 60_000;

/**
 * The form as it opens for a new task.
 *
 * @param now - Milliseconds since 1970; the instant offered is five minutes later.
 * @param zone - Zone offered for cron patterns.
 */
export function emptyForm(now: number, zone: string): TaskForm {
  return {
    when: 'at',
    at: localInputOf(Math.ceil((now + 5 * minuteMs) / minuteMs) * minuteMs),
    startAt: '',
    until: '',
    delay: { amount: '10', unit: 'min' },
    every: { amount: '15', unit: 'min' },
    cron: '0 9 * * MON-FRI',
    timeZone: zone,
    gap: 'next',
    overlap: 'first',
    count: '',
    target: 'webhook',
    url: '',
    headers: [],
    topic: '',
    payload: '',
    id: '',
    group: '',
    maxAttempts: '8',
    retryBase: { amount: '1', unit: 's' },
    retryCap: { amount: '1', unit: 'h' },
    timeout: { amount: '15', unit: 's' },
    flexibleWindow: { amount: '0', unit: 's' },
    catchUp: 'latest',
    catchUpWindow: { amount: '1', unit: 'd' },
    concurrency: 'allow',
  };
}

/** The form as it opens to change a task. */
export function formOf(task: TaskView, now: number, zone: string): TaskForm {
  const empty = emptyForm(now, zone);
  const target = targetOf(task.target);
  const headers = target.kind === 'webhook' ? Object.entries(target.headers ?? {}) : [];
  return {
    ...empty,
    ...whenOf(task, now),
    count: task.count === undefined ? '' : String(task.count),
    until: inputOf(task.until),
    target: target.kind,
    url: target.kind === 'webhook' ? target.url : '',
    headers: headers.map(([name, value]) => ({ name, value })),
    topic: target.kind === 'topic' ? target.type : '',
    payload: task.payload === undefined ? '' : JSON.stringify(task.payload, null, 2),
    id: task.id,
    group: task.group,
    maxAttempts: String(task.retry.maxAttempts),
    retryBase: durationTextOf(task.retry.baseMs),
    retryCap: durationTextOf(task.retry.capMs),
    timeout: durationTextOf(task.timeoutMs),
    flexibleWindow: durationTextOf(task.flexibleWindowMs),
    catchUp: task.catchUp.policy,
    catchUpWindow: durationTextOf(task.catchUp.windowMs),
    concurrency: task.concurrency,
  };
}

function whenOf(task: TaskView, now: number): Partial<TaskForm> {
  if (task.at !== undefined) return { when: 'at', at: inputOf(task.at) };
  // A start that has passed says nothing any more; a new schedule begins now.
  const startAt = task.startAt !== undefined && Date.parse(task.startAt) > now ? inputOf(task.startAt) : '';
  if (task.everyMs !== undefined) return { when: 'every', every: durationTextOf(task.everyMs), startAt };
  return {
    when: 'cron',
    startAt,
    ...(task.cron === undefined ? {} : { cron: task.cron }),
    ...(task.timeZone === undefined ? {} : { timeZone: task.timeZone }),
    ...(task.gap === undefined ? {} : { gap: task.gap as TaskForm['gap'] }),
    ...(task.overlap === undefined ? {} : { overlap: task.overlap as TaskForm['overlap'] }),
  };
}

const inputOf = (instant: string | undefined): string =>
  instant === undefined ? '' : localInputOf(Date.parse(instant));
