import { judgeDue, type DueVerdict } from './judge-due.ts';
import type { TimerRow } from './rows.ts';

const now = 1_000_000;
const row: TimerRow = {
  bucket: 'b',
  sort: 's',
  kind: 'timer',
  id: 'a',
  at: now,
  payload: 1,
  life: 'first',
  resent: 2,
};
const waiting = (delayMs: number) => ({ kind: 'later', delayMs });

test.each<
  [string, Partial<TimerRow> | undefined, { life?: string; resent?: number; attempt?: number; ageMs?: number }, object]
>([
  ['a timer that is due', {}, {}, { kind: 'fire' }],
  ['one that is not', { at: now + 7 }, {}, { kind: 'early', at: now + 7 }],
  ['no row, just after the message was sent', undefined, {}, waiting(500)],
  ['no row, a second after', undefined, { ageMs: 1_000 }, waiting(4_000)],
  ['no row, ten seconds after', undefined, { ageMs: 10_000 }, waiting(20_000)],
  ['no row, half a minute after', undefined, { ageMs: 30_000 }, { kind: 'stale' }],
  ['a clock that was set back since the message was sent', undefined, { ageMs: -90_000 }, waiting(30_000)],
  ['a message of another life', {}, { life: 'second', ageMs: 30_000 }, { kind: 'stale' }],
  ['a message that was replaced', {}, { resent: 1 }, { kind: 'stale' }],
  ['a message whose note is not there yet', {}, { resent: 3 }, waiting(500)],
  ['the last attempt', {}, { attempt: 3 }, { kind: 'fire', mark: { attempt: 3 } }],
  ['the last attempt again, after a crash', { end: { attempt: 3 } }, { attempt: 4 }, { kind: 'fire', mark: undefined }],
  [
    'poison that was not buried',
    { end: { attempt: 1, reason: 'bad' } },
    { attempt: 2 },
    { kind: 'dead', reason: 'bad' },
  ],
  ['poison that was sent back', { end: { attempt: 1, reason: 'bad' } }, { attempt: 1 }, { kind: 'fire', mark: null }],
  ['a dead letter that was sent back', { end: { attempt: 3 } }, { attempt: 1 }, { kind: 'fire', mark: null }],
])('%s', (_title, change, { life = 'first', resent = 2, attempt = 1, ageMs = 0 }, expected) => {
  const message = { bucket: 'b', sort: 's', life, resent };
  const stands = change === undefined ? undefined : { ...row, ...change };
  const verdict: DueVerdict = judgeDue({ message, attempt, at: now - ageMs }, stands, now, 3);
  expect({ mark: undefined, ...verdict }).toMatchObject(expected);
});
