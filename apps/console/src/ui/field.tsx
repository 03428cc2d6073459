import { useId, type ReactNode } from 'react';

/** What a control needs to belong to its field. */
export interface ControlProps {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  /** Takes the whole width. */
  readonly wide?: boolean;
  readonly children: (props: ControlProps) => ReactNode;
}

/** A labelled control with a hint and, next to it, what is wrong with it. */
export function Field({ label, hint, error, wide, children }: FieldProps) {
  const id = useId();
  const described = [error === undefined ? undefined : `${id}e`, hint === undefined ? undefined : `${id}h`].filter(
    Boolean,
  );
  return (
    <div className="field" data-wide={wide}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {error === undefined ? null : (
        <p className="field-error" id={`${id}e`}>
          {error}
        </p>
      )}
      {hint === undefined ? null : (
        <p className="hint" id={`${id}h`}>
          {hint}
        </p>
      )}
    </div>
  );
}
