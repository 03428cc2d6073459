import { allOf } from '../testing/all-of.ts';
import { rowsOf, type Row, type RowOptions } from './rows.ts';

async function read(text: string, options?: RowOptions): Promise<Row[]> {
  return readChunks([text], options);
}

async function readChunks(texts: readonly string[], options?: RowOptions): Promise<Row[]> {
  async function* chunks() {
    for (const text of texts) yield Buffer.from(text);
  }
  return (await allOf(rowsOf(chunks(), options))).flat();
}

test('numbers lines from 1 and splits them at commas', async () => {
  expect(await read('a,b\n,\nc')).toEqual([
    { line: 1, fields: ['a', 'b'] },
    { line: 2, fields: ['', ''] },
    { line: 3, fields: ['c'] },
  ]);
});

test('takes CRLF, a byte order mark, empty lines and a missing end of the last line', async () => {
  expect(await read('\u{feff}a,b\r\n\r\n\nc,d\r\n')).toEqual([
    { line: 1, fields: ['a', 'b'] },
    { line: 4, fields: ['c', 'd'] },
  ]);
});

test('gives out lines from the first one asked for, with their numbers', async () => {
  expect(await read('a\nb\nc\n', { fromLine: 3 })).toEqual([{ line: 3, fields: ['c'] }]);
  expect(await read('a\nb\nc\n', { fromLine: 4 })).toEqual([]);
});

test('gives out a line that is too long as faulty, and goes on behind it', async () => {
  const long = 'x'.repeat(30);
  const expected = [
    { line: 1, fields: ['a'] },
    { line: 2, fields: [], fault: 'longer than 20 characters' },
    { line: 3, fields: ['b'] },
  ];
  expect(await read(`a\n${long}\nb\n`, { maxLineChars: 20 })).toEqual(expected);
  const pieces = ['a\n', ...Array.from({ length: 50 }, () => 'xxxxx'), '\nb\n'];
  expect(await readChunks(pieces, { maxLineChars: 20 })).toEqual(expected);
  expect(await read(`a\n${long}`, { maxLineChars: 20 })).toEqual(expected.slice(0, 2));
});

test('a batch has no more rows than asked for', async () => {
  async function* chunks() {
    yield Buffer.from('a\nb\nc\nd\ne\n');
  }
  const batches = await allOf(rowsOf(chunks(), { batchRows: 2 }));
  expect(batches.map((batch) => batch.map(({ line }) => line))).toEqual([[1, 2], [3, 4], [5]]);
});

test('keeps nothing of a line that is too long, even where no text could hold it', async () => {
  const chunk = Buffer.alloc(2 ** 20, 'x');
  async function* chunks() {
    for (let sent = 0; sent < 2 ** 29; sent += chunk.length) yield chunk;
    yield Buffer.from('\na\n');
  }
  expect((await allOf(rowsOf(chunks()))).flat()).toEqual([
    { line: 1, fields: [], fault: 'longer than 1024 characters' },
    { line: 2, fields: ['a'] },
  ]);
});
