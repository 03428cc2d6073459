import { unpackCarried } from '@portolan/kernel';
import { attributeText, reborn, sqsText } from './message-text.ts';

const carried = { id: 'a', message: { text: 'x\ufffe\uffff\0\ud800 \u{1f600}' }, at: 1, attempts: 0 };

test('writes nothing that SQS refuses, and loses nothing', () => {
  const text = sqsText(carried);
  expect(text).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
  expect(unpackCarried(text)).toEqual(carried);
});

test('keeps attributes to what SQS takes, and never empty', () => {
  expect(attributeText('a\0b\ud800\ufffe\u{1f600}')).toBe('a\ufffdb\ufffd\ufffd\u{1f600}');
  expect(attributeText('')).toBe('-');
});

test('begins a dead message anew', () => {
  expect(reborn({ ...carried, attempts: 5, notBefore: 9, key: 'k' })).toEqual({ ...carried, key: 'k' });
});
