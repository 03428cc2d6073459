import { useRef } from 'react';
import type { DeadLetterView } from '../api/answers.ts';
import { messageOf } from '../api/problem.ts';
import { hrefOf, type SchedulingRoute } from '../shell/route.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Icon } from '../ui/icon.tsx';
import { Ago, At } from '../ui/time.tsx';
import { useRedrive } from './actions.ts';
import { Attempts } from './details/attempts.tsx';
import { useDeadLetters } from './queries.ts';

/** Runs that were given up, each with every attempt and a way to try again. */
export function DeadLetters({ route }: { readonly route: SchedulingRoute }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useDeadLetters();
  const panel = useRef<HTMLElement>(null);
  const letters = data?.pages.flatMap(({ deadLetters }) => deadLetters) ?? [];
  return (
    <section className="panel" aria-label="Dead letters" ref={panel} tabIndex={-1}>
      {data === undefined ? (
        <p className="notice">{error === null ? 'Loading dead letters…' : messageOf(error)}</p>
      ) : null}
      {data !== undefined && letters.length === 0 ? (
        <EmptyState
          icon="check"
          title="No dead letters"
          text="A run that was refused, or failed at its last attempt, is kept here until it is tried again."
        />
      ) : null}
      <ul className="letters">
        {letters.map((letter) => (
          <Letter key={letter.id} letter={letter} route={route} onRedriven={() => panel.current?.focus()} />
        ))}
      </ul>
      {hasNextPage ? (
        <div className="more">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Load more
          </Button>
        </div>
      ) : null}
    </section>
  );
}

interface LetterProps {
  readonly letter: DeadLetterView;
  readonly route: SchedulingRoute;
  /** Called before it leaves the list, and with it the button that has the focus. */
  readonly onRedriven: () => void;
}

function Letter({ letter, route, onRedriven }: LetterProps) {
  const { mutate, isPending } = useRedrive();
  const { id, task, group, reason, deadAt, dueAt, attempts } = letter;
  return (
    <li className="letter">
      <div className="letter-head">
        <div className="letter-what">
          <a href={hrefOf({ ...route, overlay: { kind: 'task', id: task } })}>{task}</a>
          {group === 'default' ? null : <span className="tag">{group}</span>}
          <p className="letter-reason">{reason}</p>
          <p className="hint">
            Given up <Ago iso={deadAt} />, was due <At iso={dueAt} />
          </p>
        </div>
        <Button
          icon="redrive"
          busy={isPending}
          aria-label={`Try the run of ${task} again`}
          onClick={() => mutate(id, { onSuccess: onRedriven })}
        >
          Redrive
        </Button>
      </div>
      <details>
        <summary>
          <Icon name="chevron" />
          {attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}
        </summary>
        <Attempts attempts={attempts.toReversed()} />
      </details>
    </li>
  );
}
