import { parseFilter } from '../testing/pubsub-filter.ts';
import { fanFilter, packFan, unpackFan, type FanMessage } from './fan-message.ts';
import { instanceOf } from './presence.ts';

const message: FanMessage = {
  from: 'one',
  number: 7,
  to: 'two',
  command: { kind: 'send', connection: 'two.x', text: '{"text":"é \u2028"}\n', key: 'k' },
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('carries what instances tell each other, in the order of the sender', () => {
  const packed = packFan(message);
  expect(unpackFan(packed)).toEqual(message);
  expect([packed.attributes, packed.orderingKey]).toEqual([{ from: 'one', to: 'two' }, 'one']);
  const toAll: FanMessage = { ...message, to: undefined, command: { kind: 'publish', group: 'g', text: '' } };
  expect(unpackFan(packFan(toAll))).toEqual(toAll);
  const toLeave: FanMessage = { ...message, command: { kind: 'leave', connection: 'two.x', group: 'g' } };
  expect(unpackFan(packFan(toLeave))).toEqual(toLeave);
});

test.each([
  ['no message', {}],
  ['what is no JSON', { data: 'e', attributes: { from: 'one' } }],
  ['null', { data: base64('null\n'), attributes: { from: 'one' } }],
  [
    'a head without an end',
    { data: base64('{"v":2,"number":1,"command":{"kind":"mark"}}'), attributes: { from: 'one' } },
  ],
  ['another version', { data: base64('{"v":1,"number":1,"command":{"kind":"mark"}}\n'), attributes: { from: 'one' } }],
  ['no sender', { data: packFan(message).data }],
])('knows nothing of %s', (_what, given) => expect(unpackFan(given)).toBeUndefined());

test('lets through what is for all and what is for the instance, but nothing of its own', () => {
  const passes = parseFilter(fanFilter('x'.repeat(60)));
  const self = 'x'.repeat(60);
  expect([
    passes({ from: 'other' }),
    passes({ from: 'other', to: self }),
    passes({ from: 'other', to: 'third' }),
    passes({ from: self }),
    passes({ from: self, to: self }),
    passes({ from: `${self}-self`, to: self }),
  ]).toEqual([true, true, false, false, false, true]);
});

test('knows the instance of a connection by its name', () => {
  expect(instanceOf('abc.1')).toBe('abc');
  for (const name of ['', 'abc', 'abc.', '.x', 'a.b.c', 'A.b', 'abc.é', `${'a'.repeat(61)}.b`])
    expect(instanceOf(name)).toBeUndefined();
});
