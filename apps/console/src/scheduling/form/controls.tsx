import type { ReactNode } from 'react';
import type { DurationText, DurationUnit } from '../../time/duration.ts';
import { Field } from '../../ui/field.tsx';

interface Labelled {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly wide?: boolean;
}

interface TextProps extends Labelled {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'url' | 'datetime-local';
  readonly inputMode?: 'numeric' | 'url';
  readonly placeholder?: string;
  /** Id of a datalist. */
  readonly list?: string;
  /** Read letter by letter. */
  readonly literal?: boolean;
}

/** A line of text. What is typed is judged by the API, not by the browser. */
export function TextField({ label, hint, error, wide, value, onChange, literal, type = 'text', ...rest }: TextProps) {
  return (
    <Field label={label} hint={hint} error={error} {...(wide === undefined ? {} : { wide })}>
      {(control) => (
        <input
          {...control}
          {...rest}
          type={type}
          value={value}
          data-literal={literal}
          {...(type === 'datetime-local'
            ? { step: 1 }
            : { autoComplete: 'off', autoCapitalize: 'off', spellCheck: false })}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface DurationProps extends Labelled {
  readonly value: DurationText;
  readonly onChange: (value: DurationText) => void;
}

const unitNames: Readonly<Record<DurationUnit, string>> = {
  ms: 'milliseconds',
  s: 'seconds',
  min: 'minutes',
  h: 'hours',
  d: 'days',
};

/** A number and its unit. */
export function DurationField({ label, hint, error, value, onChange }: DurationProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <div className="joined">
          <input
            {...control}
            inputMode="decimal"
            autoComplete="off"
            value={value.amount}
            onChange={(event) => onChange({ ...value, amount: event.target.value })}
          />
          <select
            aria-label={`${label}: unit`}
            value={value.unit}
            onChange={(event) => onChange({ ...value, unit: event.target.value as DurationUnit })}
          >
            {Object.entries(unitNames).map(([unit, name]) => (
              <option key={unit} value={unit}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  );
}

interface SelectProps<Value extends string> extends Labelled {
  readonly value: Value;
  readonly options: Readonly<Record<Value, string>>;
  readonly onChange: (value: Value) => void;
}

/** One of several, each named by what it means. */
export function SelectField<Value extends string>({
  label,
  hint,
  error,
  value,
  options,
  onChange,
}: SelectProps<Value>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <select {...control} value={value} onChange={(event) => onChange(event.target.value as Value)}>
          {Object.entries<string>(options).map(([option, name]) => (
            <option key={option} value={option}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
