import { useMemo } from 'react';
import type { PreviewRequest, TaskView } from '../../api/answers.ts';
import { browserZone, isZone } from '../../time/instant.ts';
import { usePreview } from '../queries.ts';
import { RunList } from '../run-list.tsx';
import { upcomingRequest } from './upcoming-request.ts';
import { Part } from './task-drawer.tsx';

/** The next runs of a recurring task that is not held up. */
export function UpcomingRuns({ task }: { readonly task: TaskView }) {
  const text = JSON.stringify(upcomingRequest(task));
  const request = useMemo(() => (text === undefined ? undefined : (JSON.parse(text) as PreviewRequest)), [text]);
  const { data } = usePreview(request);
  if (request === undefined || data === undefined || data.runs.length === 0) return null;
  const zone = task.timeZone !== undefined && isZone(task.timeZone) ? task.timeZone : browserZone();
  return (
    <Part title="Upcoming runs">
      <RunList runs={data.runs.map((run) => Date.parse(run))} zone={zone} />
    </Part>
  );
}
