import { useState } from 'react';
import { concernsAdvanced } from './form-errors.ts';
import { DurationField, SelectField, TextField } from './controls.tsx';
import type { FormProps } from './fields.ts';

/** What has a good default. Opens by itself when something in it is wrong. */
export function AdvancedFields({ isNew, ...props }: FormProps & { readonly isNew: boolean }) {
  const [open, setOpen] = useState(false);
  const shown = open || concernsAdvanced({ fields: props.errors, general: [] });
  const recurs = props.form.when === 'cron' || props.form.when === 'every';
  return (
    <details className="form-section advanced" open={shown} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Options <span className="hint">{isNew ? 'id, group, retries, limits' : 'retries, limits'}</span>
      </summary>
      {isNew ? <Identity {...props} /> : null}
      {recurs ? <Bounds {...props} /> : null}
      <Delivery {...props} />
      {recurs ? <Overlaps {...props} /> : null}
    </details>
  );
}

function Identity({ form, set, errors }: FormProps) {
  return (
    <div className="form-grid">
      <TextField
        label="Id"
        literal
        placeholder="made up for you"
        hint="Makes creating safe to repeat."
        value={form.id}
        error={errors.id}
        onChange={(id) => set({ id })}
      />
      <TextField
        label="Group"
        literal
        placeholder="default"
        hint="Shares limits, and can be paused."
        value={form.group}
        error={errors.group}
        onChange={(group) => set({ group })}
      />
    </div>
  );
}

function Bounds({ form, set, errors }: FormProps) {
  return (
    <div className="form-grid">
      <TextField
        label="Not before"
        type="datetime-local"
        value={form.startAt}
        error={errors.startAt}
        onChange={(startAt) => set({ startAt })}
      />
      <TextField
        label="Not after"
        type="datetime-local"
        value={form.until}
        error={errors.until}
        onChange={(until) => set({ until })}
      />
      <TextField
        label="Runs at most"
        inputMode="numeric"
        placeholder="no limit"
        value={form.count}
        error={errors.count}
        onChange={(count) => set({ count })}
      />
    </div>
  );
}

function Delivery({ form, set, errors }: FormProps) {
  return (
    <div className="form-grid">
      <TextField
        label="Attempts at most"
        inputMode="numeric"
        hint="1 to 20; then it is a dead letter."
        value={form.maxAttempts}
        error={errors['retry.maxAttempts']}
        onChange={(maxAttempts) => set({ maxAttempts })}
      />
      <DurationField
        label="First retry within"
        hint="Doubles with each attempt, spread at random."
        value={form.retryBase}
        error={errors['retry.baseMs']}
        onChange={(retryBase) => set({ retryBase })}
      />
      <DurationField
        label="Later retries within"
        value={form.retryCap}
        error={errors['retry.capMs']}
        onChange={(retryCap) => set({ retryCap })}
      />
      <DurationField
        label="Timeout"
        hint="For one webhook exchange, up to a minute."
        value={form.timeout}
        error={errors.timeoutMs}
        onChange={(timeout) => set({ timeout })}
      />
      <DurationField
        label="Flexible window"
        hint="Spreads starts evenly over this long."
        value={form.flexibleWindow}
        error={errors.flexibleWindowMs}
        onChange={(flexibleWindow) => set({ flexibleWindow })}
      />
    </div>
  );
}

function Overlaps({ form, set, errors }: FormProps) {
  return (
    <div className="form-grid">
      <SelectField
        label="While a run is still open"
        value={form.concurrency}
        error={errors.concurrency}
        onChange={(concurrency) => set({ concurrency })}
        options={{
          allow: 'Start the next beside it',
          skip: 'Skip the next',
          queue: 'Let the next wait',
          replace: 'Replace it by the next',
        }}
      />
      <SelectField
        label="After missed runs"
        value={form.catchUp}
        error={errors['catchUp.policy']}
        onChange={(catchUp) => set({ catchUp })}
        options={{ latest: 'Run the latest', all: 'Run all', none: 'Run none' }}
      />
      <DurationField
        label="Catch up at most"
        hint="Older ones are left out."
        value={form.catchUpWindow}
        error={errors['catchUp.windowMs']}
        onChange={(catchUpWindow) => set({ catchUpWindow })}
      />
    </div>
  );
}
