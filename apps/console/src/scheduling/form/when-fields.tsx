import { useId, useMemo } from 'react';
import { serverClock } from '../../time/server-clock.ts';
import { browserZone, localInputOf, zoneNames } from '../../time/instant.ts';
import { Choice } from '../../ui/choice.tsx';
import { DurationField, SelectField, TextField } from './controls.tsx';
import type { FormProps } from './fields.ts';
import { RunsPreview } from './runs-preview.tsx';

/** When the task runs, with what that comes to. */
export function WhenFields(props: FormProps) {
  const { form, set } = props;
  return (
    <section className="form-section" aria-label="When">
      <Choice
        legend="When"
        value={form.when}
        onChange={(when) => set({ when })}
        options={[
          { value: 'at', label: 'At a time' },
          { value: 'delay', label: 'After a delay' },
          { value: 'cron', label: 'Cron' },
          { value: 'every', label: 'Interval' },
        ]}
      />
      {form.when === 'at' ? <AtField {...props} /> : null}
      {form.when === 'delay' ? (
        <DurationField
          label="Delay"
          hint="Counted from when the task is created."
          value={form.delay}
          error={props.errors.delayMs}
          onChange={(delay) => set({ delay })}
        />
      ) : null}
      {form.when === 'every' ? (
        <DurationField
          label="Every"
          hint="At least 100 ms; the first run comes one interval from now."
          value={form.every}
          error={props.errors.everyMs}
          onChange={(every) => set({ every })}
        />
      ) : null}
      {form.when === 'cron' ? <CronFields {...props} /> : null}
      <RunsPreview form={form} />
    </section>
  );
}

const minuteMs = 60_000;
const shortcuts = [
  { label: 'In 1 min', ms: minuteMs },
  { label: 'In 5 min', ms: 5 * minuteMs },
  { label: 'In 15 min', ms: 15 * minuteMs },
  { label: 'In 1 hour', ms: 60 * minuteMs },
  { label: 'In 1 day', ms: 1_440 * minuteMs },
] as const;

function AtField({ form, set, errors }: FormProps) {
  const inMs = (ms: number): string => localInputOf(Math.ceil((serverClock.now() + ms) / 1_000) * 1_000);
  return (
    <div className="stack">
      <TextField
        label="Date and time"
        type="datetime-local"
        hint={`In your time zone, ${browserZone()}.`}
        value={form.at}
        error={errors.at}
        onChange={(at) => set({ at })}
      />
      <div className="shortcuts" role="group" aria-label="Set the time to">
        {shortcuts.map(({ label, ms }) => (
          <button key={label} type="button" className="chip" onClick={() => set({ at: inMs(ms) })}>
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}

const patterns = [
  { label: 'Every 5 min', cron: '*/5 * * * *' },
  { label: 'Hourly', cron: '0 * * * *' },
  { label: 'Daily at 9', cron: '0 9 * * *' },
  { label: 'Weekdays at 9', cron: '0 9 * * MON-FRI' },
  { label: 'First of the month', cron: '0 0 1 * *' },
] as const;

function CronFields({ form, set, errors }: FormProps) {
  const list = useId();
  const zones = useMemo(zoneNames, []);
  return (
    <div className="stack">
      <TextField
        label="Cron pattern"
        literal
        hint="minute hour day month weekday; six fields begin with seconds, seven end with the year; @daily and the like work too."
        value={form.cron}
        error={errors.cron}
        onChange={(cron) => set({ cron })}
      />
      <div className="shortcuts" role="group" aria-label="Set the pattern to">
        {patterns.map(({ label, cron }) => (
          <button key={label} type="button" className="chip" onClick={() => set({ cron })}>
            {label}
          </button>
        ))}
      </div>
      <div className="form-grid">
        <TextField
          label="Time zone"
          list={list}
          hint="Type to search."
          value={form.timeZone}
          error={errors.timeZone}
          onChange={(timeZone) => set({ timeZone })}
        />
        <datalist id={list}>
          {zones.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <SelectField
          label="When clocks skip the time"
          value={form.gap}
          error={errors.gap}
          onChange={(gap) => set({ gap })}
          options={{ next: 'Run right after the gap', shift: 'Run as much later', skip: 'Do not run that day' }}
        />
        <SelectField
          label="When clocks repeat the time"
          value={form.overlap}
          error={errors.overlap}
          onChange={(overlap) => set({ overlap })}
          options={{ first: 'Run the first time', last: 'Run the second time', both: 'Run both times' }}
        />
      </div>
    </div>
  );
}
