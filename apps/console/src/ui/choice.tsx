import { useId } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  /** For screen readers only. */
  readonly hideLegend?: boolean;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly icon?: IconName }[];
  readonly onChange: (value: Value) => void;
  /** Icons only, their labels read out. */
  readonly compact?: boolean;
}

/** One of a few, side by side: radio buttons that look like a switch. */
export function Choice<Value extends string>({
  legend,
  hideLegend,
  value,
  options,
  onChange,
  compact,
}: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className="choice" data-compact={compact}>
      <legend className={hideLegend === true ? 'visually-hidden' : undefined}>{legend}</legend>
      <div className="choice-options">
        {options.map((option) => (
          <label key={option.value} title={compact === true ? option.label : undefined}>
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            {option.icon === undefined ? null : <Icon name={option.icon} />}
            <span className={compact === true ? 'visually-hidden' : undefined}>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
