import fc from 'fast-check';
import { packTask, unpackTask } from './stored-task.ts';
import { catchUpPolicies, concurrencyPolicies, type Run, type Task } from './task.ts';

const run: Run = { id: 'run', cause: 'schedule', dueAt: 1, state: 'pending', attempts: [] };
const plain: Task = {
  id: 'a',
  group: 'default',
  state: 'scheduled',
  listKey: '00000000000001~a',
  schedule: { kind: 'once', at: 5 },
  target: { kind: 'topic', type: 'due' },
  retry: { maxAttempts: 8, baseMs: 1_000, capMs: 3_600_000 },
  timeoutMs: 15_000,
  flexibleWindowMs: 0,
  catchUp: { policy: 'latest', windowMs: 86_400_000 },
  concurrency: 'allow',
  createdAt: 1,
  updatedAt: 1,
  paused: false,
  cancelled: false,
  planned: 0,
  runs: [],
};
const throughJson = (task: Task): Task => unpackTask(JSON.parse(JSON.stringify(packTask(task))) as never);

test('a task comes back as it was stored, whatever it chose', () => {
  const either = <T>(usual: T, other: fc.Arbitrary<T>) => fc.oneof(fc.constant(usual), other);
  const chosen = fc.record({
    retry: either(
      plain.retry,
      fc.record({
        maxAttempts: fc.constantFrom(8, 3),
        baseMs: fc.constantFrom(1_000, 2),
        capMs: fc.constantFrom(3_600_000, 4),
      }),
    ),
    timeoutMs: either(15_000, fc.constantFrom(0, 100)),
    flexibleWindowMs: either(0, fc.nat()),
    catchUp: either(
      plain.catchUp,
      fc.record({ policy: fc.constantFrom(...catchUpPolicies), windowMs: fc.constantFrom(0, 86_400_000) }),
    ),
    concurrency: fc.constantFrom(...concurrencyPolicies),
    paused: fc.boolean(),
    cancelled: fc.boolean(),
    planned: fc.nat(2),
    runs: fc.constantFrom<readonly Run[]>([], [run]),
  });
  fc.assert(
    fc.property(chosen, (fields) => {
      const task = { ...plain, ...fields };
      expect(throughJson(task)).toEqual(task);
    }),
  );
});

test('what nobody chose takes no room', () => {
  expect(JSON.parse(JSON.stringify(packTask(plain)))).toEqual({
    id: 'a',
    group: 'default',
    state: 'scheduled',
    listKey: '00000000000001~a',
    schedule: { kind: 'once', at: 5 },
    target: { kind: 'topic', type: 'due' },
    createdAt: 1,
    updatedAt: 1,
  });
});
