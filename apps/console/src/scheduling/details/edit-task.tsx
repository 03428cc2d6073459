import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TaskChange, TaskView } from '../../api/answers.ts';
import { call } from '../../api/client.ts';
import { browserZone } from '../../time/instant.ts';
import { serverClock } from '../../time/server-clock.ts';
import { announce } from '../../ui/toast-store.ts';
import { buildChange } from '../form/build-task.ts';
import { TaskFormView } from '../form/task-form-view.tsx';
import { formOf } from '../form/task-form.ts';

/** Changes a task: only what is changed in the form is sent, so that a schedule left alone does not begin anew. */
export function EditTask({ task, onDone }: { readonly task: TaskView; readonly onDone: () => void }) {
  const client = useQueryClient();
  // What the form began with, whatever the polls bring meanwhile.
  const [before] = useState(() => formOf(task, serverClock.now(), browserZone()));
  const [form, setForm] = useState(before);
  const send = async (body: TaskChange): Promise<void> => {
    if (Object.keys(body).length > 0) {
      const changed = await call('changeTask', { params: { id: task.id }, body });
      client.setQueryData(['task', task.id], changed);
      announce('good', `${task.id} is changed.`);
      void client.invalidateQueries();
    }
    onDone();
  };
  return (
    <TaskFormView
      isNew={false}
      form={form}
      onChange={setForm}
      action="Save changes"
      build={(to) => buildChange(before, to)}
      send={send}
      onCancel={onDone}
    />
  );
}
