import type { FieldProblem } from '@portolan/kernel';
import { advancedFields, fieldNames, fieldOf, type FieldName } from './field-names.ts';
import type { TaskForm } from './task-form.ts';

/** What is wrong with a form: next to its controls, and, for what belongs to none, above them. */
export interface FormErrors {
  readonly fields: Readonly<Partial<Record<FieldName, string>>>;
  readonly general: readonly string[];
}

export const noErrors: FormErrors = { fields: {}, general: [] };

/**
 * Puts each problem with a field next to the control that fills it. A problem deeper than a control (one header of
 * several) belongs to that control, with the rest of its path said.
 *
 * @param errors - As the API or {@link buildTask} tells them; `field` begins with `body`.
 * @param detail - Said above the form where no error names a control.
 */
export function formErrors(errors: readonly FieldProblem[] | undefined, detail: string): FormErrors {
  const fields: Partial<Record<FieldName, string>> = {};
  const general: string[] = [];
  for (const { field, expected } of errors ?? []) {
    const path = field.replace(/^body\.?/, '');
    const name = fieldNames.find((known) => path === known || path.startsWith(`${known}.`));
    if (name === undefined) {
      general.push(path === '' ? sentence(expected) : `${path}: ${expected}`);
      continue;
    }
    const rest = path.slice(name.length + 1);
    // The first problem with a control is the one to solve first.
    fields[name] ??= rest === '' ? sentence(expected) : `${rest}: ${expected}`;
  }
  if (Object.keys(fields).length === 0 && general.length === 0) general.push(detail);
  return { fields, general };
}

/** Whether something is wrong with a control that may be folded away. */
export const concernsAdvanced = ({ fields }: FormErrors): boolean =>
  Object.keys(fields).some((name) => advancedFields.has(name as FieldName));

const sentence = (phrase: string): string => phrase.charAt(0).toUpperCase() + phrase.slice(1);

/** What is still wrong after these parts of the form were typed anew. */
export function withoutParts(errors: FormErrors, parts: readonly (keyof TaskForm)[]): FormErrors {
  const changed = new Set(parts.map((part) => fieldOf[part]));
  const fields = Object.entries(errors.fields).filter(([name]) => !changed.has(name as FieldName));
  return { fields: Object.fromEntries(fields), general: [] };
}
