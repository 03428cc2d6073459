import { encodeMessage, encodeTimer, timer, type Schema } from './index.ts';

const anything: Schema<unknown> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
};
const port = { kind: 'queue', name: 'q' };

test('measures the JSON of a message in bytes of UTF-8', () => {
  expect(encodeMessage(port, { a: [1] }, 9)).toBe('{"a":[1]}');
  expect(encodeMessage(port, 'éééé', 10)).toBe('"éééé"');
  const over = () => encodeMessage(port, 'ééééé', 10);
  expect(over).toThrow(expect.objectContaining({ code: 'too-large' }));
  expect(over).toThrow('queue "q": a message has 12 bytes; at most 10 fit');
});

test.each([[undefined], [() => 1], [Symbol('s')]])('refuses %s, which JSON cannot carry', (message) => {
  const refused = () => encodeMessage(port, message, 100);
  expect(refused).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(refused).toThrow(/^queue "q": .* cannot be written as JSON$/);
});

const alarms = timer('alarms', { payload: anything, horizonMs: 60_000, maxPayloadBytes: 5 });

test.each<[string, string, number, unknown, string]>([
  ['an id that is no key', '', 1, 1, 'invalid'],
  ['an instant beyond the horizon', 'a', 60_101, 1, 'invalid'],
  ['an instant that is no integer', 'a', 1.5, 1, 'invalid'],
  ['a payload that JSON cannot carry', 'a', 1, undefined, 'invalid'],
  ['a payload that is too large', 'a', 1, 'four', 'too-large'],
])('refuses a timer with %s', (_, id, at, payload, code) => {
  expect(() => encodeTimer(alarms, id, at, payload, 100)).toThrow(expect.objectContaining({ code }));
});

test('takes a timer at its horizon, and one that is past', () => {
  expect(encodeTimer(alarms, 'a', 60_100, 'due', 100)).toBe('"due"');
  expect(encodeTimer(alarms, 'a', -1, 'due', 100)).toBe('"due"');
});
