import { packCarried, unpackCarried, utf8Bytes, type Carried } from '@portolan/kernel';
import { carriedOf, deadLetterOf, fromBase64, maxTextBytes, packBuried, revived, toBase64 } from './message-text.ts';

const carried: Carried = { id: 'm1', message: { n: 1 }, at: 5, attempts: 2, notBefore: 9 };
const insertedOn = new Date(77);
const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', correlationId: 'c' };

test('reads what was written in base64, and leaves everything else as it is', () => {
  expect(fromBase64(toBase64('é {"v":1}'))).toBe('é {"v":1}');
  expect(fromBase64('{"plain":true}')).toBe('{"plain":true}');
});

test('tells why a buried message died', () => {
  const text = packBuried({ carried, attempts: 3, reason: 'Error: "no"', deadAt: 42 });
  expect(deadLetterOf({ text, messageId: 'x', insertedOn })).toEqual({
    id: 'm1',
    message: { n: 1 },
    attempts: 3,
    reason: 'Error: "no"',
    deadAt: 42,
  });
});

test('tells of what the host gave up that the host says no reason', () => {
  const letter = deadLetterOf({ text: packCarried(carried), messageId: 'x', insertedOn });
  expect(letter).toMatchObject({
    id: 'm1',
    attempts: 3,
    deadAt: 77,
    reason: expect.stringContaining('Functions host'),
  });
  expect(deadLetterOf({ text: '{"n":1}', messageId: 'x', insertedOn })).toMatchObject({ id: 'x', message: { n: 1 } });
});

test('sends a dead letter back without its attempts, its death and its wait', () => {
  const text = revived(packBuried({ carried: { ...carried, trace }, attempts: 3, reason: 'no', deadAt: 42 }));
  expect(unpackCarried(text)).toEqual({ id: 'm1', message: { n: 1 }, at: 5, attempts: 0, trace });
  expect(text).not.toContain('dead');
  expect(revived('{"n":1}')).toBe('{"n":1}');
});

test('has room for the reason of the largest message, and cuts one of expensive characters', () => {
  const message = 'x'.repeat(46_080 - 2);
  const text = packBuried({ carried: { ...carried, message }, attempts: 3, reason: '\u0001'.repeat(500), deadAt: 42 });
  expect(utf8Bytes(text)).toBeLessThanOrEqual(maxTextBytes);
  expect(toBase64(text).length).toBeLessThanOrEqual(65_536);
  const { reason } = deadLetterOf({ text, messageId: 'x', insertedOn });
  expect(reason.length).toBeGreaterThan(100);
});

test('takes a message that nobody packed for a message by itself', () => {
  const known = { id: 'native', at: 3 };
  expect(carriedOf('{"n":1}', known)).toEqual({ id: 'native', at: 3, attempts: 0, message: { n: 1 } });
  expect(carriedOf({ n: 1 }, known).message).toEqual({ n: 1 });
  expect(carriedOf('plain', known).message).toBe('plain');
  expect(carriedOf(JSON.parse(packCarried(carried)), known)).toEqual(carried);
});
