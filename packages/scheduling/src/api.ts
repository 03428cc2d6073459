import { mebibytes, operation } from '@portolan/kernel';
import * as z from 'zod';
import { Id, NewTask, PreviewRequest, TaskChange } from './request.ts';
import { taskStates } from './task.ts';
import { AttemptView, DeadLetterView, GroupView, TaskView } from './view.ts';

const TaskId = z.object({ id: Id });
const limit = z.coerce
  .number('expected a whole number, 1 to 1,000')
  .int()
  .min(1)
  .max(1_000)
  .default(50)
  .describe('Items of a page, 1 to 1,000');
const cursor = z.string().max(2_000).optional().describe('From the page before');
const page = <const Name extends string, Item extends z.ZodType>(name: Name, item: Item) =>
  z.object({
    ...({ [name]: z.array(item) } as { [N in Name]: z.ZodArray<Item> }),
    cursor: z.string().optional().describe('Absent on the last page'),
  });

const BatchResult = z.discriminatedUnion('status', [
  z.object({ status: z.literal('created'), task: TaskView }),
  z.object({ status: z.literal('existing'), task: TaskView }),
  z.object({
    status: z.literal('rejected'),
    problem: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), value: z.unknown().optional(), expected: z.string() })).optional(),
  }),
]);

const Quantiles = { p50Ms: z.number().nullable(), p99Ms: z.number().nullable(), maxMs: z.number().nullable() };

/** The operations of `/scheduling/v1`. */
export const operations = {
  createTask: operation({
    method: 'POST',
    path: '/tasks',
    summary: 'Create a task',
    description:
      'With an `id`, creating is idempotent: the same body again answers 200 with the task as it is now, another body 409.',
    body: NewTask,
    replies: { created: TaskView, ok: TaskView },
    problems: ['conflict'],
  }),
  createTasks: operation({
    method: 'POST',
    path: '/tasks/batch',
    summary: 'Create up to 1,000 tasks',
    description:
      'Each task stands alone: one that is rejected spoils no other. Results come in the order of the tasks.',
    body: z.strictObject({ tasks: z.array(z.unknown()).min(1).max(1_000) }),
    replies: { ok: z.object({ results: z.array(BatchResult) }) },
    maxBodyBytes: mebibytes(8),
  }),
  listTasks: operation({
    method: 'GET',
    path: '/tasks',
    summary: 'List tasks, the newest first',
    description: 'A page may be short of its limit and still have a cursor.',
    query: z.strictObject({ group: Id.optional(), state: z.enum(taskStates).optional(), limit, cursor }),
    replies: { ok: page('tasks', TaskView) },
  }),
  getTask: operation({
    method: 'GET',
    path: '/tasks/{id}',
    summary: 'Get a task',
    params: TaskId,
    replies: { ok: TaskView },
    problems: ['not-found'],
  }),
  changeTask: operation({
    method: 'PATCH',
    path: '/tasks/{id}',
    summary: 'Change, reschedule, pause or resume a task',
    description:
      'Fields that are absent stay. A new schedule begins anew, count included. A finished task cannot be changed.',
    params: TaskId,
    body: TaskChange,
    replies: { ok: TaskView },
    problems: ['not-found', 'conflict'],
  }),
  cancelTask: operation({
    method: 'DELETE',
    path: '/tasks/{id}',
    summary: 'Cancel a task',
    description:
      'Nothing of it begins after this is answered; an attempt under way may still arrive. The task stays readable for seven days.',
    params: TaskId,
    replies: { ok: TaskView },
    problems: ['not-found', 'conflict'],
  }),
  listAttempts: operation({
    method: 'GET',
    path: '/tasks/{id}/attempts',
    summary: 'List the attempts of a task',
    description: 'Of its open runs and the latest ten finished ones, in the order they began.',
    params: TaskId,
    replies: { ok: z.object({ attempts: z.array(AttemptView) }) },
    problems: ['not-found'],
  }),
  runTask: operation({
    method: 'POST',
    path: '/tasks/{id}/run',
    summary: 'Run a task now',
    description: 'Beside its schedule, under its concurrency policy and the limits of its group.',
    params: TaskId,
    replies: { accepted: TaskView },
    problems: ['not-found', 'conflict'],
  }),
  listDeadLetters: operation({
    method: 'GET',
    path: '/dead-letters',
    summary: 'List runs that were given up, the latest first',
    query: z.strictObject({ limit, cursor }),
    replies: { ok: page('deadLetters', DeadLetterView) },
  }),
  redriveDeadLetter: operation({
    method: 'POST',
    path: '/dead-letters/{id}/redrive',
    summary: 'Try a given-up run again',
    description: 'Under the same webhook-id, with a fresh count of attempts.',
    params: TaskId,
    replies: { accepted: TaskView },
    problems: ['not-found', 'conflict'],
  }),
  listGroups: operation({
    method: 'GET',
    path: '/groups',
    summary: 'List groups that have settings',
    query: z.strictObject({ limit, cursor }),
    replies: { ok: page('groups', GroupView) },
  }),
  getGroup: operation({
    method: 'GET',
    path: '/groups/{id}',
    summary: 'Get the settings of a group',
    params: TaskId,
    replies: { ok: GroupView },
  }),
  putGroup: operation({
    method: 'PUT',
    path: '/groups/{id}',
    summary: 'Pause, resume or limit a group',
    description: 'What is absent is unlimited, and not paused.',
    params: TaskId,
    body: z.strictObject({
      paused: z.boolean().default(false),
      perSecond: z.number().min(0.000_01).max(10_000).optional().describe('Starts a second, evenly spaced'),
      concurrent: z.int().min(1).max(1_000).optional().describe('Runs at once'),
    }),
    replies: { ok: GroupView },
  }),
  preview: operation({
    method: 'POST',
    path: '/preview',
    summary: 'Show the next runs of a recurrence',
    body: PreviewRequest,
    replies: { ok: z.object({ runs: z.array(z.iso.datetime()) }) },
  }),
  getStats: operation({
    method: 'GET',
    path: '/stats',
    summary: 'Counts and lateness',
    description:
      'Lateness is of first attempts in the last hour, from a histogram: at most 9 % above the true value. Counts may be off by one for each crash.',
    replies: {
      ok: z.object({
        open: z.int(),
        fired: z.int(),
        succeeded: z.int(),
        failed: z.int(),
        retried: z.int(),
        cancelled: z.int(),
        lateness: z.object(Quantiles),
        minutes: z.array(z.object({ start: z.iso.datetime(), fired: z.int(), ...Quantiles })),
      }),
    },
  }),
} as const;
