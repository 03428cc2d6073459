import { useEffect, useRef, useState, type FormEvent } from 'react';
import { ApiProblem, messageOf } from '../../api/problem.ts';
import { Button } from '../../ui/button.tsx';
import { AdvancedFields } from './advanced-fields.tsx';
import type { Built } from './build-task.ts';
import { formErrors, noErrors, withoutParts } from './form-errors.ts';
import { useRecurrenceErrors } from './runs-preview.tsx';
import { TargetFields } from './target-fields.tsx';
import type { TaskForm } from './task-form.ts';
import { WhenFields } from './when-fields.tsx';

interface TaskFormViewProps<Body> {
  readonly form: TaskForm;
  readonly onChange: (form: TaskForm) => void;
  readonly isNew: boolean;
  readonly action: string;
  readonly build: (form: TaskForm) => Built<Body>;
  /** Sends what was built; what it throws is shown next to the fields that it names. */
  readonly send: (body: Body) => Promise<void>;
  readonly onCancel: () => void;
}

/** The form of a task, new or changed. */
export function TaskFormView<Body>({ form, onChange, isNew, action, build, send, onCancel }: TaskFormViewProps<Body>) {
  const element = useRef<HTMLFormElement>(null);
  const [errors, setErrors] = useState(noErrors);
  const [refusals, setRefusals] = useState(0);
  const [busy, setBusy] = useState(false);
  const typing = useRecurrenceErrors(form);

  useEffect(() => {
    // To the first control that something is wrong with, else to what is said about the form as a whole.
    if (refusals > 0) element.current?.querySelector<HTMLElement>('[aria-invalid], .form-alert')?.focus();
  }, [refusals]);

  const set = (change: Partial<TaskForm>): void => {
    setErrors(withoutParts(errors, Object.keys(change) as (keyof TaskForm)[]));
    onChange({ ...form, ...change });
  };
  const refuse = (refused: typeof errors): void => {
    setErrors(refused);
    setRefusals((count) => count + 1);
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const built = build(form);
    if (built.kind === 'faults') return refuse(formErrors(built.errors, ''));
    setBusy(true);
    try {
      await send(built.body);
    } catch (error) {
      refuse(
        error instanceof ApiProblem
          ? formErrors(error.details.errors, error.message)
          : formErrors(undefined, messageOf(error)),
      );
    } finally {
      setBusy(false);
    }
  };

  const props = { form, set, errors: { ...typing, ...errors.fields } };
  return (
    <form ref={element} className="task-form" noValidate onSubmit={(event) => void submit(event)}>
      <div className="dialog-body">
        {errors.general.length === 0 ? null : (
          <div className="form-alert" role="alert" tabIndex={-1}>
            {errors.general.map((text) => (
              <p key={text}>{text}</p>
            ))}
          </div>
        )}
        <WhenFields {...props} />
        <TargetFields {...props} />
        <AdvancedFields {...props} isNew={isNew} />
      </div>
      <footer className="dialog-foot">
        <Button look="quiet" onClick={onCancel}>
          Back
        </Button>
        <Button type="submit" look="primary" busy={busy}>
          {busy ? 'Saving…' : action}
        </Button>
      </footer>
    </form>
  );
}
