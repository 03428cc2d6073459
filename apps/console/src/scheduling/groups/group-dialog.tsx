import { useEffect, useRef, useState, type FormEvent } from 'react';
import type { GroupView } from '../../api/answers.ts';
import { ApiProblem, messageOf } from '../../api/problem.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { usePutGroup } from '../actions.ts';
import { TextField } from '../form/controls.tsx';
import { limitsOf, limitsTextOf } from './limits.ts';

/** Sets the limits of a group, a new or a known one. */
export function GroupDialog({ group, onClose }: { readonly group: Partial<GroupView>; readonly onClose: () => void }) {
  const element = useRef<HTMLFormElement>(null);
  const [id, setId] = useState(group.id ?? '');
  const [limits, setLimits] = useState(() => limitsTextOf(group));
  const { mutate, isPending, error } = usePutGroup({ ownErrors: true });
  const problems = error instanceof ApiProblem ? (error.details.errors ?? []) : [];
  const errorOf = (field: string): string | undefined => problems.find((problem) => problem.field === field)?.expected;
  const missingId = error !== null && id.trim() === '' ? 'expected a name' : undefined;
  useEffect(() => {
    if (error !== null) element.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [error]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPending)
      mutate({ id: id.trim(), paused: group.paused ?? false, ...limitsOf(limits) }, { onSuccess: onClose });
  };
  return (
    <Dialog
      shape="box"
      title={group.id === undefined ? 'Set up a group' : `Limits of ${group.id}`}
      lightDismiss={false}
      onClose={onClose}
    >
      <form ref={element} noValidate onSubmit={submit}>
        <div className="dialog-body stack">
          {error !== null && problems.length === 0 && missingId === undefined ? (
            <p className="form-alert" role="alert">
              {messageOf(error)}
            </p>
          ) : null}
          {group.id === undefined ? (
            <TextField
              label="Group"
              literal
              placeholder="billing"
              value={id}
              error={missingId ?? errorOf('params.id')}
              onChange={setId}
            />
          ) : null}
          <TextField
            label="Starts a second"
            inputMode="numeric"
            placeholder="no limit"
            hint="Evenly spaced; 0.5 means one every two seconds."
            value={limits.perSecond}
            error={errorOf('body.perSecond')}
            onChange={(perSecond) => setLimits({ ...limits, perSecond })}
          />
          <TextField
            label="Runs at once"
            inputMode="numeric"
            placeholder="no limit"
            value={limits.concurrent}
            error={errorOf('body.concurrent')}
            onChange={(concurrent) => setLimits({ ...limits, concurrent })}
          />
        </div>
        <footer className="dialog-foot">
          <Button look="quiet" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" look="primary" busy={isPending}>
            Save
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
