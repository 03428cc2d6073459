import * as z from 'zod';
import { iso } from './iso.ts';
import type { DeadLetter, Group } from './ports.ts';
import {
  catchUpPolicies,
  concurrencyPolicies,
  taskStates,
  type Attempt,
  type Run,
  type Schedule,
  type Task,
} from './task.ts';

const Time = z.iso.datetime().meta({ example: '2026-12-24T18:00:00.000Z' });

export const AttemptView = z
  .object({
    run: z.string().describe('The webhook-id'),
    number: z.int(),
    startedAt: Time,
    finishedAt: Time,
    outcome: z.enum(['delivered', 'refused', 'failed']),
    status: z.int().optional().describe("The receiver's HTTP status"),
    error: z.string().optional(),
  })
  .meta({ id: 'Attempt' });

export const RunView = z
  .object({
    id: z.string().describe('The webhook-id'),
    cause: z.enum(['schedule', 'request']),
    state: z.enum(['pending', 'queued', 'attempting', 'succeeded', 'failed', 'skipped', 'replaced', 'cancelled']),
    dueAt: Time,
    attempts: z.int(),
    nextAttemptAt: Time.optional(),
    finishedAt: Time.optional(),
    note: z.string().optional(),
  })
  .meta({ id: 'Run' });

export const TaskView = z
  .object({
    id: z.string(),
    group: z.string(),
    state: z.enum(taskStates),
    at: Time.optional(),
    cron: z.string().optional(),
    everyMs: z.int().optional(),
    timeZone: z.string().optional(),
    gap: z.string().optional(),
    overlap: z.string().optional(),
    startAt: Time.optional(),
    until: Time.optional(),
    count: z.int().optional(),
    target: z.unknown(),
    payload: z.unknown().optional(),
    retry: z.object({ maxAttempts: z.int(), baseMs: z.int(), capMs: z.int() }),
    timeoutMs: z.int(),
    flexibleWindowMs: z.int(),
    catchUp: z.object({ policy: z.enum(catchUpPolicies), windowMs: z.int() }),
    concurrency: z.enum(concurrencyPolicies),
    createdAt: Time,
    updatedAt: Time,
    nextRunAt: Time.optional().describe('When the next run begins; absent where there is none'),
    heldBy: z.string().optional().describe('The group that holds it back'),
    runs: z.array(RunView).describe('Open runs and the latest finished ones, in the order they began'),
  })
  .meta({ id: 'Task' });
export type TaskView = z.infer<typeof TaskView>;

export const DeadLetterView = z
  .object({
    id: z.string().describe('The webhook-id of the run'),
    task: z.string(),
    group: z.string(),
    dueAt: Time,
    deadAt: Time,
    reason: z.string(),
    attempts: z.array(AttemptView),
  })
  .meta({ id: 'DeadLetter' });

export const GroupView = z
  .object({
    id: z.string(),
    paused: z.boolean(),
    perSecond: z.number().optional().describe('Starts a second, evenly spaced'),
    concurrent: z.int().optional().describe('Runs at once'),
  })
  .meta({ id: 'Group' });

const isoField = <Name extends string>(name: Name, at: number | undefined) =>
  (at === undefined ? {} : { [name]: iso(at) }) as { readonly [N in Name]?: string };

export function viewTask(task: Task): TaskView {
  const { id, group, state, target, payload, retry, timeoutMs, flexibleWindowMs, catchUp, concurrency, next, heldBy } =
    task;
  return {
    id,
    group,
    state,
    ...viewSchedule(task.schedule),
    target,
    ...(payload === undefined ? {} : { payload }),
    retry,
    timeoutMs,
    flexibleWindowMs,
    catchUp,
    concurrency,
    createdAt: iso(task.createdAt),
    updatedAt: iso(task.updatedAt),
    ...(state === 'scheduled' || state === 'running' ? isoField('nextRunAt', next?.dueAt) : {}),
    ...(heldBy === undefined ? {} : { heldBy }),
    runs: task.runs.map(viewRun),
  };
}

function viewSchedule(schedule: Schedule) {
  if (schedule.kind === 'once') return { at: iso(schedule.at) };
  const bounds = {
    startAt: iso(schedule.notBefore),
    ...isoField('until', schedule.until),
    ...(schedule.count === undefined ? {} : { count: schedule.count }),
  };
  if (schedule.kind === 'interval') return { everyMs: schedule.everyMs, ...bounds };
  const { pattern, timeZone, gap, overlap } = schedule;
  return { cron: pattern, timeZone, gap, overlap, ...bounds };
}

function viewRun(run: Run): z.infer<typeof RunView> {
  return {
    id: run.id,
    cause: run.cause,
    state: run.state,
    dueAt: iso(run.dueAt),
    attempts: run.attempts.length,
    ...isoField('nextAttemptAt', run.nextAttemptAt),
    ...isoField('finishedAt', run.finishedAt),
    ...(run.note === undefined ? {} : { note: run.note }),
  };
}

export function viewAttempt(run: string, attempt: Attempt): z.infer<typeof AttemptView> {
  const { number, outcome, status, error } = attempt;
  return {
    run,
    number,
    startedAt: iso(attempt.startedAt),
    finishedAt: iso(attempt.finishedAt),
    outcome,
    ...(status === undefined ? {} : { status }),
    ...(error === undefined ? {} : { error }),
  };
}

export function viewDeadLetter(letter: DeadLetter): z.infer<typeof DeadLetterView> {
  const { id, task, group, reason } = letter;
  return {
    id,
    task,
    group,
    dueAt: iso(letter.dueAt),
    deadAt: iso(letter.deadAt),
    reason,
    attempts: letter.attempts.map((a) => viewAttempt(id, a)),
  };
}

export function viewGroup({ group, paused, perSecond, concurrent }: Group): z.infer<typeof GroupView> {
  return {
    id: group,
    paused,
    ...(perSecond === undefined ? {} : { perSecond }),
    ...(concurrent === undefined ? {} : { concurrent }),
  };
}
