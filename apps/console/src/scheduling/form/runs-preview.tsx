import { useMemo } from 'react';
import { ApiProblem, messageOf } from '../../api/problem.ts';
import { durationMsOf } from '../../time/duration.ts';
import { browserZone, instantOf, isZone } from '../../time/instant.ts';
import { useNow } from '../../time/use-now.ts';
import { RunList } from '../run-list.tsx';
import { usePreview } from '../queries.ts';
import { buildPreview } from './build-task.ts';
import { formErrors, noErrors, type FormErrors } from './form-errors.ts';
import type { TaskForm } from './task-form.ts';
import { useDebounced } from './use-debounced.ts';

const typingMs = 300;

/** The answer to the preview of what is in the form, once it is no longer being typed. */
function useFormPreview(form: TaskForm) {
  const { when, cron, timeZone, gap, overlap, every, startAt, until, count } = form;
  const request = useMemo(
    () => JSON.stringify(buildPreview({ ...form, when, cron, timeZone, gap, overlap, every, startAt, until, count })),
    [form, when, cron, timeZone, gap, overlap, every, startAt, until, count],
  );
  // Compared as text: whatever else is typed into the form starts nothing anew.
  const settled = useDebounced(request as string | undefined, typingMs);
  return usePreview(
    useMemo(
      () => (settled === undefined ? undefined : (JSON.parse(settled) as ReturnType<typeof buildPreview>)),
      [settled],
    ),
  );
}

/** What the API says against the recurrence in the form, while it is being typed. */
export function useRecurrenceErrors(form: TaskForm): FormErrors['fields'] {
  const { error } = useFormPreview(form);
  const recurs = form.when === 'cron' || form.when === 'every';
  if (!recurs || !(error instanceof ApiProblem)) return noErrors.fields;
  return formErrors(error.details.errors, error.message).fields;
}

/** The next runs of what is in the form. */
export function RunsPreview({ form }: { readonly form: TaskForm }) {
  return (
    <div className="preview">
      <h3>{form.when === 'at' || form.when === 'delay' ? 'Runs once' : 'Next runs'}</h3>
      {form.when === 'at' || form.when === 'delay' ? <OneRun form={form} /> : <RecurringRuns form={form} />}
    </div>
  );
}

function OneRun({ form }: { readonly form: TaskForm }) {
  const now = useNow();
  const delayMs = durationMsOf(form.delay);
  const at = form.when === 'at' ? instantOf(form.at) : delayMs === undefined ? undefined : now + delayMs;
  if (at === undefined) return <p className="hint">Nothing to show yet.</p>;
  return (
    <>
      <RunList runs={[at]} zone={browserZone()} />
      {form.when === 'at' && at < now ? (
        <p className="hint">This instant has passed: the task will run at once.</p>
      ) : null}
    </>
  );
}

function RecurringRuns({ form }: { readonly form: TaskForm }) {
  const { data, error, isPlaceholderData } = useFormPreview(form);
  if (error !== null)
    return (
      <p className="hint">{error instanceof ApiProblem ? 'No preview: see the field above.' : messageOf(error)}</p>
    );
  if (data === undefined) return <p className="hint">Nothing to show yet.</p>;
  const zone = form.when === 'cron' && isZone(form.timeZone) ? form.timeZone : browserZone();
  if (data.runs.length === 0) return <p className="hint">It would never run.</p>;
  return (
    <div aria-busy={isPlaceholderData}>
      <RunList runs={data.runs.map((run) => Date.parse(run))} zone={zone} />
    </div>
  );
}
