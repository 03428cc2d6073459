import type { FieldName } from './field-names.ts';
import type { TaskForm } from './task-form.ts';

/** What each part of the form is given. */
export interface FormProps {
  readonly form: TaskForm;
  readonly set: (change: Partial<TaskForm>) => void;
  /** What is wrong, by control. */
  readonly errors: Readonly<Partial<Record<FieldName, string>>>;
}
