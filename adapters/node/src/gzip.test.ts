import { gunzipSync } from 'node:zlib';
import { gzip } from './gzip.ts';

test.each([
  ['nothing', ''],
  ['a line', '{"id":"1"}\n'],
  ['much', 'ü'.repeat(100_000)],
])('compresses %s, and equal texts to equal bytes', async (_case, text) => {
  const [bytes, again] = await Promise.all([gzip(text), gzip(text)]);
  expect(gunzipSync(bytes).toString()).toBe(text);
  expect(Buffer.compare(bytes, again)).toBe(0);
});
