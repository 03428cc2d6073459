import { useState, type ReactNode } from 'react';
import type { TaskView } from '../../api/answers.ts';
import { messageOf } from '../../api/problem.ts';
import { hrefOf } from '../../shell/route.ts';
import { useNow } from '../../time/use-now.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { At, Countdown } from '../../ui/time.tsx';
import { useTask } from '../queries.ts';
import { possibleIn, taskLooks } from '../states.ts';
import { TaskActions } from '../tasks/task-actions.tsx';
import { AttemptTable, RunTable } from './attempts.tsx';
import { EditTask } from './edit-task.tsx';
import { Settings } from './settings.tsx';
import { UpcomingRuns } from './upcoming-runs.tsx';

/** Everything about one task. */
export function TaskDrawer({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { data: task, error } = useTask(id);
  const [editing, setEditing] = useState(false);
  return (
    <Dialog
      shape="drawer"
      title={editing ? `Change ${id}` : <span className="id">{id}</span>}
      lightDismiss={!editing}
      onClose={onClose}
    >
      {task === undefined ? <p className="notice">{error === null ? 'Loading the task…' : messageOf(error)}</p> : null}
      {task !== undefined && editing ? <EditTask task={task} onDone={() => setEditing(false)} /> : null}
      {task !== undefined && !editing ? <Details task={task} onEdit={() => setEditing(true)} /> : null}
    </Dialog>
  );
}

function Details({ task, onEdit }: { readonly task: TaskView; readonly onEdit: () => void }) {
  return (
    <div className="dialog-body">
      <div className="task-status">
        <Badge {...taskLooks[task.state]} />
        <StatusText task={task} />
      </div>
      <div className="actions-row">
        <TaskActions task={task} />
        {possibleIn(task.state).edit ? (
          <Button icon="pencil" onClick={onEdit}>
            Change
          </Button>
        ) : null}
      </div>
      <UpcomingRuns task={task} />
      <Part title="Runs">
        <RunTable runs={task.runs} />
      </Part>
      <Part title="Attempts">
        <AttemptTable task={task.id} />
      </Part>
      <Part title="Settings">
        <Settings task={task} />
      </Part>
      <Part title="Payload">
        {task.payload === undefined ? (
          <p className="hint">None.</p>
        ) : (
          <pre tabIndex={0}>{JSON.stringify(task.payload, null, 2)}</pre>
        )}
      </Part>
    </div>
  );
}

function StatusText({ task }: { readonly task: TaskView }) {
  const now = useNow();
  if (task.heldBy !== undefined) return <span>Held back by group {task.heldBy}: it is paused or full.</span>;
  if (task.state === 'failed') {
    return (
      <span>
        Its last run was given up; try it again under{' '}
        <a href={hrefOf({ page: 'scheduling', tab: 'dead-letters' })}>dead letters</a>.
      </span>
    );
  }
  if (task.nextRunAt === undefined) return null;
  if (Date.parse(task.nextRunAt) <= now) return <span>Due now.</span>;
  return (
    <span>
      Next run in <Countdown iso={task.nextRunAt} />, <At iso={task.nextRunAt} />
    </span>
  );
}

export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="part" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
