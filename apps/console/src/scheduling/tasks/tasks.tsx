import type { TaskView } from '../../api/answers.ts';
import { messageOf } from '../../api/problem.ts';
import { hrefOf, type SchedulingRoute } from '../../shell/route.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { At, Countdown } from '../../ui/time.tsx';
import { describeSchedule, nextRetryOf } from '../describe.ts';
import { useTasks } from '../queries.ts';
import { taskLooks } from '../states.ts';
import { describeTarget, targetOf } from '../target.ts';
import { Filters } from './filters.tsx';
import { RunMarks } from './run-marks.tsx';
import { TaskActions } from './task-actions.tsx';

/** The live list of tasks. */
export function Tasks({ route }: { readonly route: SchedulingRoute }) {
  const { state, group } = route;
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, isPlaceholderData } = useTasks({ state, group });
  // A task created between two polls of two pages may stand on both.
  const tasks = [...new Map(data?.pages.flatMap((page) => page.tasks).map((task) => [task.id, task])).values()];
  return (
    <section aria-label="Tasks" className="panel">
      <Filters route={route} seenGroups={tasks.map((task) => task.group)} />
      {data === undefined ? <p className="notice">{error === null ? 'Loading tasks…' : messageOf(error)}</p> : null}
      {data !== undefined && tasks.length === 0 && !hasNextPage ? (
        <NoTasks filtered={state !== undefined || group !== undefined} />
      ) : null}
      <div aria-busy={isPlaceholderData} className="task-table">
        {tasks.length === 0 ? null : <TaskTable tasks={tasks} route={route} />}
      </div>
      {hasNextPage ? (
        <div className="more">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Loading…' : 'Load more'}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function NoTasks({ filtered }: { readonly filtered: boolean }) {
  if (filtered)
    return (
      <EmptyState
        icon="clock"
        title="No task matches"
        text="Nothing is in this state and group right now."
        href={hrefOf({ page: 'scheduling', tab: 'tasks' })}
        action="Show all tasks"
      />
    );
  return (
    <EmptyState
      icon="clock"
      title="No tasks yet"
      text="Schedule a webhook or an event for an instant, after a delay, by cron or at an interval."
      href={hrefOf({ page: 'scheduling', tab: 'tasks', overlay: { kind: 'new-task' } })}
      action="Create the first task"
    />
  );
}

function TaskTable({ tasks, route }: { readonly tasks: readonly TaskView[]; readonly route: SchedulingRoute }) {
  return (
    <DataTable
      caption="Tasks, the newest first"
      rows={tasks}
      keyOf={({ id }) => id}
      columns={[
        { name: 'Task', headline: true, cell: (task) => <TaskName task={task} route={route} /> },
        { name: 'State', cell: (task) => <Badge {...taskLooks[task.state]} /> },
        { name: 'Schedule', cell: (task) => <Schedule task={task} /> },
        { name: 'Next run', cell: (task) => <NextRun task={task} /> },
        { name: 'Latest runs', cell: ({ runs }) => <RunMarks runs={runs} /> },
        { name: 'Actions', hideName: true, cell: (task) => <TaskActions task={task} compact /> },
      ]}
    />
  );
}

function TaskName({ task, route }: { readonly task: TaskView; readonly route: SchedulingRoute }) {
  const target = describeTarget(targetOf(task.target));
  return (
    <div className="task-name">
      <a href={hrefOf({ ...route, overlay: { kind: 'task', id: task.id } })}>{task.id}</a>
      <span className="hint" title={target}>
        {task.group === 'default' ? null : (
          <a className="tag" href={hrefOf({ ...route, group: task.group })} title={`Show group ${task.group} only`}>
            {task.group}
          </a>
        )}
        {target}
      </span>
    </div>
  );
}

function Schedule({ task }: { readonly task: TaskView }) {
  const { main, more, literal } = describeSchedule(task);
  return (
    <div className="two-lines">
      {literal === true ? <code>{main}</code> : <span>{main}</span>}
      {more === undefined ? null : <span className="hint">{more}</span>}
    </div>
  );
}

function NextRun({ task }: { readonly task: TaskView }) {
  if (task.heldBy !== undefined) return <span className="hint">Held by group {task.heldBy}</span>;
  const retryAt = nextRetryOf(task.runs);
  if (retryAt !== undefined && task.nextRunAt === undefined) {
    return (
      <div className="two-lines">
        <Countdown iso={retryAt} />
        <span className="hint">next attempt</span>
      </div>
    );
  }
  if (task.nextRunAt === undefined) return <span className="hint nothing">–</span>;
  return (
    <div className="two-lines">
      <Countdown iso={task.nextRunAt} />
      {task.at === task.nextRunAt ? null : (
        <span className="hint">
          <At iso={task.nextRunAt} />
        </span>
      )}
    </div>
  );
}
