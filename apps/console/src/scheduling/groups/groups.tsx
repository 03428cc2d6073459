import { useState, type ReactNode } from 'react';
import type { GroupView } from '../../api/answers.ts';
import { messageOf } from '../../api/problem.ts';
import { hrefOf } from '../../shell/route.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { usePutGroup } from '../actions.ts';
import { useGroups } from '../queries.ts';
import { GroupDialog } from './group-dialog.tsx';

/** Groups that have settings: pause, resume and limit them. */
export function Groups() {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useGroups();
  const [editing, setEditing] = useState<Partial<GroupView> | undefined>();
  const groups = data?.pages.flatMap((page) => page.groups) ?? [];
  return (
    <section className="panel" aria-label="Groups">
      <div className="panel-head">
        <p className="hint">Every task belongs to a group; a group listed here has limits, or is or was paused.</p>
        <Button icon="plus" onClick={() => setEditing({})}>
          Set up a group
        </Button>
      </div>
      {data === undefined ? <p className="notice">{error === null ? 'Loading groups…' : messageOf(error)}</p> : null}
      {data !== undefined && groups.length === 0 ? (
        <EmptyState
          icon="bolt"
          title="No group has settings"
          text="Limit how many tasks of a group start each second, how many run at once, or pause them together."
        />
      ) : null}
      {groups.length === 0 ? null : <GroupTable groups={groups} onEdit={setEditing} />}
      {hasNextPage ? (
        <div className="more">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Load more
          </Button>
        </div>
      ) : null}
      {editing === undefined ? null : <GroupDialog group={editing} onClose={() => setEditing(undefined)} />}
    </section>
  );
}

function GroupTable({
  groups,
  onEdit,
}: {
  readonly groups: readonly GroupView[];
  readonly onEdit: (group: GroupView) => void;
}) {
  return (
    <DataTable
      caption="Groups with settings"
      rows={groups}
      keyOf={({ id }) => id}
      columns={[
        {
          name: 'Group',
          headline: true,
          cell: ({ id }) => <a href={hrefOf({ page: 'scheduling', tab: 'tasks', group: id })}>{id}</a>,
        },
        {
          name: 'State',
          cell: ({ paused }) =>
            paused ? <Badge label="Paused" icon="pause" tone="warn" /> : <Badge label="Open" icon="play" tone="good" />,
        },
        { name: 'Starts a second', numeric: true, cell: ({ perSecond }) => limit(perSecond) },
        { name: 'At once', numeric: true, cell: ({ concurrent }) => limit(concurrent) },
        { name: 'Actions', hideName: true, cell: (group) => <GroupActions group={group} onEdit={onEdit} /> },
      ]}
    />
  );
}

const limit = (value: number | undefined): ReactNode =>
  value === undefined ? <span className="hint">no limit</span> : value.toLocaleString();

function GroupActions({ group, onEdit }: { readonly group: GroupView; readonly onEdit: (group: GroupView) => void }) {
  const { mutate, isPending } = usePutGroup();
  return (
    <div className="actions">
      <Button
        icon={group.paused ? 'play' : 'pause'}
        busy={isPending}
        aria-label={`${group.paused ? 'Resume' : 'Pause'} group ${group.id}`}
        onClick={() => mutate({ ...group, paused: !group.paused })}
      >
        {group.paused ? 'Resume' : 'Pause'}
      </Button>
      <Button icon="pencil" aria-label={`Limits of group ${group.id}`} onClick={() => onEdit(group)}>
        Limits
      </Button>
    </div>
  );
}
