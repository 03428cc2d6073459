import {
  accepted,
  created,
  from,
  hours,
  listed,
  ok,
  parse,
  problem,
  type FieldProblem,
  type OperationHandlers,
  type Page,
} from '@portolan/kernel';
import { type operations } from './api.ts';
import { emptyGroup, groupKey } from './groups.ts';
import { deadLetters, groups, stats, tasks, wakeups } from './ports.ts';
import { NewTask } from './request.ts';
import { readTask } from './store.ts';
import { readTally } from './tally.ts';
import { quantile } from './lateness.ts';
import { cancelTask, changeTask, redriveRun, runTask, type Changed } from './use-cases/change-task.ts';
import { putGroup } from './use-cases/change-group.ts';
import { createTask, type Creation } from './use-cases/create-task.ts';
import { listTasks } from './use-cases/list-tasks.ts';
import { previewRuns } from './use-cases/preview-runs.ts';
import { viewAttempt, viewDeadLetter, viewGroup, viewTask, type TaskView } from './view.ts';

export const apiGrants = {
  tasks: tasks.readWrite,
  wakeups: wakeups.set,
  stats: stats.readWrite,
  deadLetters: deadLetters.readWrite,
  groups: groups.readWrite,
};

/** What each operation does: a use case called, its outcome shown. */
export const handlers: OperationHandlers<typeof operations, typeof apiGrants> = {
  async createTask({ body }, ports, context) {
    const creation = await createTask(body, ports, context);
    if (creation.kind === 'problem') return creation;
    const view = viewTask(creation.task);
    return creation.kind === 'created' ? created(view, `/tasks/${encodeURIComponent(view.id)}`) : ok(view);
  },

  async createTasks({ body }, ports, context) {
    const results = await Promise.all(
      body.tasks.map(async (raw, index) => {
        const prefix = `body.tasks.${index}`;
        const parsed = parse(NewTask, raw);
        if (parsed.kind === 'valid') return batchResult(await createTask(parsed.value, ports, context, prefix));
        const errors = parsed.issues.map(({ path, message }): FieldProblem => ({
          field: path === '' ? prefix : `${prefix}.${path}`,
          expected: message,
        }));
        return batchResult(problem('invalid', `${errors[0]!.field}: ${errors[0]!.expected}`, { errors }));
      }),
    );
    return ok({ results });
  },

  async listTasks({ query }, ports) {
    const page = await listTasks(ports.tasks, query);
    return ok(listed('tasks', page.tasks.map(viewTask), page.cursor));
  },

  async getTask({ params }, ports) {
    const stored = await readTask(ports.tasks, params.id);
    return stored === undefined ? taskNotFound(params.id) : ok(viewTask(stored.task));
  },

  async changeTask({ params, body }, ports, context) {
    return changedReply(ok, await changeTask(params.id, body, ports, context));
  },

  async cancelTask({ params }, ports, context) {
    return changedReply(ok, await cancelTask(params.id, ports, context));
  },

  async listAttempts({ params }, ports) {
    const stored = await readTask(ports.tasks, params.id);
    if (stored === undefined) return taskNotFound(params.id);
    return ok({
      attempts: stored.task.runs.flatMap((run) => run.attempts.map((attempt) => viewAttempt(run.id, attempt))),
    });
  },

  async runTask({ params }, ports, context) {
    return changedReply(accepted, await runTask(params.id, ports, context));
  },

  async listDeadLetters({ query }, ports) {
    const page = await ports.deadLetters.query({
      partition: 'dead',
      index: 'all',
      order: 'descending',
      ...paging(query),
    });
    return ok(listed('deadLetters', itemsOf(page).map(viewDeadLetter), page.cursor));
  },

  async redriveDeadLetter({ params }, ports, context) {
    return changedReply(accepted, await redriveRun(params.id, ports, context));
  },

  async listGroups({ query }, ports) {
    const page = await ports.groups.query({ partition: 'group', ...paging(query) });
    return ok(listed('groups', itemsOf(page).map(viewGroup), page.cursor));
  },

  async getGroup({ params }, ports) {
    const stored = await ports.groups.get(groupKey(params.id));
    return ok(viewGroup(stored?.item ?? emptyGroup(params.id)));
  },

  async putGroup({ params, body }, ports, context) {
    return ok(viewGroup(await putGroup(params.id, body, ports, context)));
  },

  async preview({ body }, _ports, { clock }) {
    const runs = previewRuns(body, clock.now());
    return 'kind' in runs ? runs : ok({ runs: [...runs] });
  },

  async getStats(_input, ports, { clock }) {
    const { totals, lateness, minutes } = await readTally(ports.stats, clock.now() - hours(1));
    const { opened, closed, ...counts } = totals;
    return ok({
      open: Math.max(0, opened - closed),
      fired: counts.fired,
      succeeded: counts.succeeded,
      failed: counts.failed,
      retried: counts.retried,
      cancelled: counts.cancelled,
      lateness: { p50Ms: quantile(lateness, 0.5), p99Ms: quantile(lateness, 0.99), maxMs: quantile(lateness, 1) },
      minutes: [...minutes],
    });
  },
};

const taskNotFound = (id: string) =>
  problem('not-found', `there is no task "${id}"; finished tasks are forgotten after seven days`);

function changedReply<R>(reply: (view: TaskView) => R, changed: Changed) {
  return changed.kind === 'problem' ? changed : reply(viewTask(changed.task));
}

function batchResult(creation: Creation) {
  if (creation.kind !== 'problem') return { status: creation.kind, task: viewTask(creation.task) };
  const { problem: kind, detail, errors } = creation;
  return {
    status: 'rejected' as const,
    problem: kind,
    detail,
    ...(errors === undefined ? {} : { errors: [...errors] }),
  };
}

const paging = ({ limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined }) => ({
  limit,
  ...from(cursor),
});

const itemsOf = <Item>(page: Page<{ readonly item: Item }>): readonly Item[] => page.items.map(({ item }) => item);
