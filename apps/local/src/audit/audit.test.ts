import { audit, type Arrival, type FaultKind, type Promised } from './audit.ts';

const due = Date.parse('2026-01-01T00:00:00Z');
const exactly = (at: number) => ({ earliestAt: at, latestAt: at });
const promised = (more: Partial<Promised> = {}): Promised => ({
  task: 'a',
  label: 'a task',
  occurrences: [exactly(due)],
  answered: true,
  ...more,
});
const arrival = (more: Partial<Arrival> = {}): Arrival => ({
  task: 'a',
  webhookId: 'run-1',
  scheduledAt: due,
  arrivedAt: due + 3,
  accepted: true,
  signed: true,
  ...more,
});

function kinds(
  promises: readonly Promised[],
  arrivals: readonly Arrival[],
  repeats: 'allowed' | 'refused' = 'refused',
): FaultKind[] {
  return audit(promises, arrivals, { repeats }).faults.map(({ kind }) => kind);
}

describe('finds no fault', () => {
  test.each<[string, Promised, Arrival[]]>([
    ['with one arrival at the instant itself', promised(), [arrival({ arrivedAt: due })]],
    ['with nothing from a task that must not arrive', promised({ occurrences: [] }), []],
    [
      'with the refusals that were asked for, under one id',
      promised({ requests: 3 }),
      [arrival({ accepted: false }), arrival({ accepted: false }), arrival()],
    ],
    [
      'with every occurrence of a recurring task under an id of its own',
      promised({ occurrences: [exactly(due), exactly(due + 1_000)] }),
      [arrival(), arrival({ webhookId: 'run-2', scheduledAt: due + 1_000, arrivedAt: due + 1_000 })],
    ],
    [
      'with a delay that counts from within the request',
      promised({ occurrences: [{ earliestAt: due, latestAt: due + 20 }] }),
      [arrival({ scheduledAt: due + 12, arrivedAt: due + 12 })],
    ],
    ['without a trace of what was never answered', promised({ answered: false }), []],
    ['with an arrival of what was never answered', promised({ answered: false }), [arrival()]],
  ])('%s', (_case, promise, arrivals) => {
    expect(kinds([promise], arrivals)).toEqual([]);
  });

  test('with a delivery that is repeated under its id, where a crash may repeat it', () => {
    expect(kinds([promised()], [arrival(), arrival()], 'allowed')).toEqual([]);
  });
});

describe.each(['allowed', 'refused'] as const)('with repeats %s finds', (repeats) => {
  test.each<[FaultKind, Promised, Arrival[]]>([
    ['missing', promised(), []],
    ['missing', promised({ requests: 2 }), [arrival({ accepted: false }), arrival({ accepted: false })]],
    ['missing', promised({ occurrences: [exactly(due), exactly(due + 1_000)] }), [arrival()]],
    ['early', promised(), [arrival({ arrivedAt: due - 1 })]],
    ['early', promised({ answered: false }), [arrival({ arrivedAt: due - 1 })]],
    [
      'early',
      promised({ occurrences: [{ earliestAt: due, latestAt: due + 20 }] }),
      [arrival({ scheduledAt: due + 12, arrivedAt: due + 11 })],
    ],
    ['unsigned', promised(), [arrival({ signed: false })]],
    [
      'split-id',
      promised({ requests: 2 }),
      [arrival({ accepted: false }), arrival({ webhookId: 'run-2', accepted: true })],
    ],
    ['unexpected', promised({ occurrences: [] }), [arrival()]],
    ['unexpected', promised(), [arrival(), arrival({ webhookId: 'run-2', scheduledAt: due + 1 })]],
    ['unexpected', promised(), [arrival(), arrival({ task: 'b', webhookId: 'run-2' })]],
    [
      'shared-id',
      promised({ occurrences: [exactly(due), exactly(due + 1_000)] }),
      [arrival(), arrival({ scheduledAt: due + 1_000, arrivedAt: due + 1_000 })],
    ],
  ])('%s (%#)', (kind, promise, arrivals) => {
    expect(kinds([promise], arrivals, repeats)).toEqual([kind]);
  });
});

test.each([
  ['accepted twice', [arrival(), arrival()], promised()],
  ['accepted twice within its requests', [arrival(), arrival()], promised({ requests: 2 })],
  [
    'requested too often',
    [arrival({ accepted: false }), arrival({ accepted: false }), arrival()],
    promised({ requests: 2 }),
  ],
])('an occurrence that is %s is double where none may be', (_case, arrivals, promise) => {
  expect(kinds([promise], arrivals)).toEqual(['double']);
});

test('a failure on purpose that did not happen is told', () => {
  expect(kinds([promised({ requests: 3 })], [arrival({ accepted: false }), arrival()])).toEqual(['short']);
});

test('an instant off by a millisecond is both missing and unexpected', () => {
  expect(kinds([promised()], [arrival({ scheduledAt: due + 1 })])).toEqual(['missing', 'unexpected']);
});

test('tells each fault by its task and what was seen', () => {
  const { faults } = audit([promised()], [arrival({ arrivedAt: due - 5 })], { repeats: 'refused' });
  expect(faults).toEqual([
    { kind: 'early', task: 'a', detail: 'run-1, for 2026-01-01T00:00:00.000Z, came at 2025-12-31T23:59:59.995Z' },
  ]);
});
