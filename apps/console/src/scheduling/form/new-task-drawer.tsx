import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { browserZone } from '../../time/instant.ts';
import { serverClock } from '../../time/server-clock.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { announce } from '../../ui/toast-store.ts';
import { buildTask } from './build-task.ts';
import { TaskFormView } from './task-form-view.tsx';
import { emptyForm, type TaskForm } from './task-form.ts';

interface NewTaskDrawerProps {
  /** What was typed before the drawer was closed. */
  readonly draft: TaskForm | undefined;
  readonly keepDraft: (form: TaskForm | undefined) => void;
  readonly onClose: () => void;
}

export function NewTaskDrawer({ draft, keepDraft, onClose }: NewTaskDrawerProps) {
  const client = useQueryClient();
  const [form, setForm] = useState(() => draft ?? emptyForm(serverClock.now(), browserZone()));
  return (
    <Dialog shape="drawer" title="New task" lightDismiss={false} onClose={onClose}>
      <TaskFormView
        isNew
        form={form}
        onChange={(changed) => {
          setForm(changed);
          keepDraft(changed);
        }}
        action="Create task"
        build={buildTask}
        send={async (body) => {
          const task = await call('createTask', { body });
          keepDraft(undefined);
          onClose();
          announce('good', `${task.id} is scheduled.`);
          await client.invalidateQueries();
        }}
        onCancel={onClose}
      />
    </Dialog>
  );
}
