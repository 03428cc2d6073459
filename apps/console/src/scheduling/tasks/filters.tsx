import { useEffect, useId, useState } from 'react';
import { hrefOf, type SchedulingRoute } from '../../shell/route.ts';
import { replaceRoute } from '../../shell/use-route.ts';
import { Icon } from '../../ui/icon.tsx';
import { useGroups } from '../queries.ts';
import { taskLooks, taskStates } from '../states.ts';

const typingMs = 300;

/** Which tasks the list shows; the choice stands in the address. */
export function Filters({
  route,
  seenGroups,
}: {
  readonly route: SchedulingRoute;
  readonly seenGroups: readonly string[];
}) {
  return (
    <div className="filters">
      <nav className="chips" aria-label="Filter by state">
        <a href={hrefOf({ ...route, state: undefined })} aria-current={route.state === undefined ? 'true' : undefined}>
          All
        </a>
        {taskStates.map((state) => (
          <a
            key={state}
            href={hrefOf({ ...route, state })}
            aria-current={state === route.state ? 'true' : undefined}
            data-tone={taskLooks[state].tone}
          >
            <Icon name={taskLooks[state].icon} />
            {taskLooks[state].label}
          </a>
        ))}
      </nav>
      <GroupFilter route={route} seenGroups={seenGroups} />
    </div>
  );
}

function GroupFilter({
  route,
  seenGroups,
}: {
  readonly route: SchedulingRoute;
  readonly seenGroups: readonly string[];
}) {
  const [text, setText] = useState(route.group ?? '');
  const [followed, setFollowed] = useState(route.group);
  if (followed !== route.group) {
    // The address was changed by something else: a tag in the list, a step back.
    setFollowed(route.group);
    if ((route.group ?? '') !== text.trim()) setText(route.group ?? '');
  }
  const list = useId();
  const settings = useGroups().data?.pages.flatMap((page) => page.groups.map(({ id }) => id)) ?? [];
  useEffect(() => {
    if (text.trim() === (route.group ?? '')) return undefined;
    const timer = setTimeout(() => replaceRoute({ ...route, group: text.trim() || undefined }), typingMs);
    return () => clearTimeout(timer);
  }, [text, route]);
  return (
    <label className="group-filter">
      <span>Group</span>
      <input
        type="search"
        list={list}
        value={text}
        placeholder="All groups"
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id={list}>
        {[...new Set([...settings, ...seenGroups])].sort().map((group) => (
          <option key={group} value={group} />
        ))}
      </datalist>
    </label>
  );
}
