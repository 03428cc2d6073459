import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CallInput, GroupView, TaskView } from '../api/answers.ts';
import { call } from '../api/client.ts';
import { messageOf } from '../api/problem.ts';
import { announce } from '../ui/toast-store.ts';

/** What can be done to one task from a row or its details. */
export type TaskAction = 'run' | 'pause' | 'resume' | 'cancel';

const done: Readonly<Record<TaskAction, (id: string) => string>> = {
  run: (id) => `${id} was started.`,
  pause: (id) => `${id} is paused.`,
  resume: (id) => `${id} goes on.`,
  cancel: (id) => `${id} is cancelled.`,
};

function act(action: TaskAction, id: string): Promise<TaskView> {
  const params = { id };
  switch (action) {
    case 'run':
      return call('runTask', { params });
    case 'cancel':
      return call('cancelTask', { params });
    case 'pause':
    case 'resume':
      return call('changeTask', { params, body: { paused: action === 'pause' } });
  }
}

/**
 * Does something, says what came of it, and reads everything anew.
 *
 * @param ownErrors - Whether the caller shows what went wrong itself.
 */
function useAction<Input, Answer>(
  work: (input: Input) => Promise<Answer>,
  say: (answer: Answer, input: Input) => string,
  ownErrors = false,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: (answer, input) => announce('good', say(answer, input)),
    onError: (error) => {
      if (!ownErrors) announce('bad', messageOf(error));
    },
    onSettled: () => client.invalidateQueries(),
  });
}

export const useTaskAction = (id: string) =>
  useAction(
    (action: TaskAction) => act(action, id),
    (_, action) => done[action](id),
  );

export const useRedrive = () =>
  useAction(
    (id: string) => call('redriveDeadLetter', { params: { id } }),
    (task) => `The run of ${task.id} is tried again.`,
  );

export const usePutGroup = (options: { readonly ownErrors?: boolean } = {}) =>
  useAction(
    ({ id, ...body }: { readonly id: string } & CallInput<'putGroup'>['body']) =>
      call('putGroup', { params: { id }, body }),
    (group: GroupView) => (group.paused ? `Group ${group.id} is paused.` : `Group ${group.id} is saved.`),
    options.ownErrors,
  );
