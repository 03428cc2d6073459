import type { RunView } from '../../api/answers.ts';
import { Icon } from '../../ui/icon.tsx';
import { describeRuns } from '../describe.ts';
import { runLooks } from '../states.ts';

const shown = 6;

/** The latest runs as a row of marks, the newest at the right. */
export function RunMarks({ runs }: { readonly runs: readonly RunView[] }) {
  if (runs.length === 0) return <span className="hint">None yet</span>;
  const latest = runs.slice(-shown);
  const text = describeRuns(latest);
  return (
    <span className="marks" title={text}>
      <span className="visually-hidden">{text}</span>
      {latest.map(({ id, state }) => (
        <span key={id} className="mark" data-tone={runLooks[state].tone}>
          <Icon name={runLooks[state].icon} />
        </span>
      ))}
    </span>
  );
}
