import { useRef, useState } from 'react';
import type { TaskView } from '../../api/answers.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import type { IconName } from '../../ui/icon-paths.ts';
import { useTaskAction, type TaskAction } from '../actions.ts';
import { possibleIn } from '../states.ts';

interface TaskActionsProps {
  readonly task: Pick<TaskView, 'id' | 'state'>;
  /** Icons only. */
  readonly compact?: boolean;
}

interface Offer {
  readonly action: TaskAction;
  readonly label: string;
  readonly icon: IconName;
}

function offersFor(state: TaskView['state']): readonly Offer[] {
  const possible = possibleIn(state);
  return [
    ...(possible.run ? [{ action: 'run', label: 'Run now', icon: 'play' } as const] : []),
    ...(possible.pause ? [{ action: 'pause', label: 'Pause', icon: 'pause' } as const] : []),
    ...(possible.resume ? [{ action: 'resume', label: 'Resume', icon: 'play' } as const] : []),
    ...(possible.cancel ? [{ action: 'cancel', label: 'Cancel task', icon: 'cross' } as const] : []),
  ];
}

/** What can be done to a task in the state it is in. */
export function TaskActions({ task: { id, state }, compact }: TaskActionsProps) {
  const { mutate, isPending } = useTaskAction(id);
  const [asking, setAsking] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  // The button that was pressed goes away with the state it belonged to; the focus stays near.
  const cancel = (): void => mutate('cancel', { onSuccess: () => place.current?.focus() });
  const start = (action: TaskAction): void => (action === 'cancel' ? setAsking(true) : mutate(action));
  return (
    <div className={compact === true ? 'actions actions-slots' : 'actions'} ref={place} tabIndex={-1}>
      {offersFor(state).map(({ action, label, icon }) => {
        // Pausing and resuming are one button, so that the focus stays on it when it changes.
        const key = action === 'resume' ? 'pause' : action;
        return compact === true ? (
          <IconButton
            key={key}
            data-slot={key}
            icon={icon}
            label={`${label}: ${id}`}
            busy={isPending}
            onClick={() => start(action)}
          />
        ) : (
          <Button key={key} icon={icon} busy={isPending} onClick={() => start(action)}>
            {label}
          </Button>
        );
      })}
      {asking ? (
        <Confirm title={`Cancel ${id}?`} action="Cancel the task" onConfirm={cancel} onClose={() => setAsking(false)}>
          <p>
            Nothing of it begins any more, and a cancelled task cannot be taken up again. An attempt under way may still
            arrive.
          </p>
        </Confirm>
      ) : null}
    </div>
  );
}
