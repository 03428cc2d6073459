import type { AttemptView, RunView } from '../../api/answers.ts';
import { formatDuration } from '../../time/duration.ts';
import { messageOf } from '../../api/problem.ts';
import { Badge } from '../../ui/badge.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Ago, At } from '../../ui/time.tsx';
import { useAttempts } from '../queries.ts';
import { outcomeLooks, runLooks } from '../states.ts';

/** Enough of an id to tell it from its neighbours. */
const shortId = (id: string) => <code title={id}>{id.length > 12 ? `…${id.slice(-8)}` : id}</code>;

export function RunTable({ runs }: { readonly runs: readonly RunView[] }) {
  if (runs.length === 0) return <p className="hint">It has not run yet.</p>;
  return (
    <DataTable
      caption="Runs, the latest first"
      rows={runs.toReversed()}
      keyOf={({ id }) => id}
      columns={[
        { name: 'Run', headline: true, cell: ({ id }) => shortId(id) },
        { name: 'State', cell: ({ state }) => <Badge {...runLooks[state]} /> },
        { name: 'Due', cell: (run) => <DueCell run={run} /> },
        { name: 'Attempts', numeric: true, cell: ({ attempts }) => attempts },
        { name: 'Note', cell: (run) => <NoteCell run={run} /> },
      ]}
    />
  );
}

function DueCell({ run: { dueAt, cause } }: { readonly run: RunView }) {
  return (
    <div className="two-lines">
      <At iso={dueAt} />
      {cause === 'request' ? <span className="hint">by request</span> : null}
    </div>
  );
}

function NoteCell({ run: { note, nextAttemptAt } }: { readonly run: RunView }) {
  if (nextAttemptAt !== undefined) {
    return (
      <span>
        Next attempt <Ago iso={nextAttemptAt} />
      </span>
    );
  }
  return note === undefined ? <span className="hint">–</span> : <span>{note}</span>;
}

/** The attempts of a task's runs, the latest first. */
export function AttemptTable({ task }: { readonly task: string }) {
  const { data, error } = useAttempts(task);
  if (data === undefined) return <p className="hint">{error === null ? 'Loading…' : messageOf(error)}</p>;
  if (data.attempts.length === 0) return <p className="hint">Nothing was attempted yet.</p>;
  return <Attempts attempts={data.attempts.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt))} withRun />;
}

export function Attempts({
  attempts,
  withRun,
}: {
  readonly attempts: readonly AttemptView[];
  readonly withRun?: boolean;
}) {
  return (
    <DataTable
      caption="Attempts"
      rows={attempts}
      keyOf={({ run, number }) => `${run}/${number}`}
      columns={[
        { name: 'Time', headline: true, cell: ({ startedAt }) => <At iso={startedAt} /> },
        { name: 'Outcome', cell: ({ outcome }) => <Badge {...outcomeLooks[outcome]} /> },
        { name: 'Status', numeric: true, cell: ({ status }) => status ?? '–' },
        {
          name: 'Took',
          numeric: true,
          cell: (attempt) => formatDuration(Date.parse(attempt.finishedAt) - Date.parse(attempt.startedAt)),
        },
        { name: 'Answer', cell: ({ error }) => <span className="answer">{error ?? '–'}</span> },
        ...(withRun === true
          ? [
              {
                name: 'Run',
                cell: ({ run, number }: AttemptView) => (
                  <span className="run-of">
                    {shortId(run)} #{number}
                  </span>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}
