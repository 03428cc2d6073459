import { useEffect, useState } from 'react';
import { hrefOf, type SchedulingRoute, type Tab } from '../shell/route.ts';
import { go } from '../shell/use-route.ts';
import { Icon } from '../ui/icon.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { TaskDrawer } from './details/task-drawer.tsx';
import { NewTaskDrawer } from './form/new-task-drawer.tsx';
import type { TaskForm } from './form/task-form.ts';
import { Groups } from './groups/groups.tsx';
import { useDeadLetters } from './queries.ts';
import { Overview } from './stats/overview.tsx';
import { Tasks } from './tasks/tasks.tsx';

const titles: Readonly<Record<Tab, string>> = { tasks: 'Tasks', 'dead-letters': 'Dead letters', groups: 'Groups' };

/** The page of the scheduling domain. */
export function SchedulingPage({ route }: { readonly route: SchedulingRoute }) {
  // What was typed outlives a closed drawer, so that a stray Escape costs nothing.
  const [draft, keepDraft] = useState<TaskForm | undefined>();
  const overlaid =
    route.overlay?.kind === 'task' ? route.overlay.id : route.overlay === undefined ? undefined : 'New task';
  useEffect(() => {
    document.title = `${overlaid ?? titles[route.tab]} · Scheduling · Portolan`;
  }, [overlaid, route.tab]);
  const close = (): void => go({ ...route, overlay: undefined });
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Scheduling</h1>
          <p className="hint">
            Tasks that run once, later, or again and again: delivered to webhooks and topics, never early.
          </p>
        </div>
        <a className="button" data-look="primary" href={hrefOf({ ...route, overlay: { kind: 'new-task' } })}>
          <Icon name="plus" />
          New task
        </a>
      </div>
      <Overview />
      <Tabs route={route} />
      {route.tab === 'tasks' ? <Tasks route={route} /> : null}
      {route.tab === 'dead-letters' ? <DeadLetters route={route} /> : null}
      {route.tab === 'groups' ? <Groups /> : null}
      {route.overlay?.kind === 'new-task' ? (
        <NewTaskDrawer draft={draft} keepDraft={keepDraft} onClose={close} />
      ) : null}
      {route.overlay?.kind === 'task' ? (
        <TaskDrawer key={route.overlay.id} id={route.overlay.id} onClose={close} />
      ) : null}
    </>
  );
}

function Tabs({ route }: { readonly route: SchedulingRoute }) {
  const dead = useDeadLetters().data?.pages;
  const count = dead?.reduce((sum, { deadLetters }) => sum + deadLetters.length, 0) ?? 0;
  const more = dead?.at(-1)?.cursor === undefined ? '' : '+';
  return (
    <nav className="tabs" aria-label="Views of scheduling">
      {(Object.keys(titles) as Tab[]).map((tab) => (
        <a key={tab} href={hrefOf({ page: 'scheduling', tab })} aria-current={tab === route.tab ? 'page' : undefined}>
          {titles[tab]}
          {tab === 'dead-letters' && count > 0 ? <span className="count">{`${count}${more}`}</span> : null}
        </a>
      ))}
    </nav>
  );
}
