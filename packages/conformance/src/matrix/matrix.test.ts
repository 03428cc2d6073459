import type { RunRecord } from '../suite/record.ts';
import { failures, keptRecords, renderMatrix, withMatrix } from './matrix.ts';

const table: RunRecord = {
  kind: 'table',
  suite: 'conformance',
  cloud: 'aws',
  adapter: 'dynamodbTable',
  engine: 'emulator',
  guarantees: [],
  cases: [
    { title: 'puts', result: 'passed' },
    { title: 'gets', result: 'passed' },
    { title: 'sorts by [bytes] | units', result: 'deviates', reason: 'the emulator sorts by `UTF-16`' },
  ],
};
const queue: RunRecord = {
  ...table,
  kind: 'queue',
  cloud: 'local',
  adapter: 'localQueue',
  engine: 'embedded',
  guarantees: ['dedupe', 'delay', 'ordered'],
  cases: [{ title: 'sends', result: 'passed' }],
};
const model: RunRecord = { ...queue, suite: 'model', cases: [{ title: 'agrees', result: 'passed' }] };
const second: RunRecord = { ...queue, adapter: 'fileQueue', guarantees: [] };

const line = (text: string, start: string): string | undefined => text.split('\n').find((one) => one.startsWith(start));

test('shows adapters by kind and cloud, with engine, counts and guarantees', () => {
  const text = renderMatrix([table, queue, model]);
  expect(line(text, '| port')).toBe('| port | Local | AWS |');
  expect(line(text, '| table')).toBe('| table | — | `dynamodbTable`<br>emulator: 2 of 3 passed, 1 deviate |');
  expect(line(text, '| queue')).toBe(
    '| queue | `localQueue`<br>embedded: 2 of 2 passed, with model<br>dedupe, delay, ordered | — |',
  );
  expect(line(text, '| topic')).toBe('| topic | — | — |');
});

test('says which guarantees are not claimed, and how many cases that leaves out, of each engine', () => {
  const moved: RunRecord = { ...queue, found: 'moto', guarantees: ['dedupe'] };
  expect(
    line(renderMatrix([queue, model, moved, { ...model, found: 'moto', guarantees: ['dedupe'] }]), '| queue'),
  ).toMatch(
    /embedded: 2 of 2 passed, with model<br>embedded \(moto\): 2 of 2 passed, with model<br>without delay \(\d+ cases\), ordered \(\d+ cases\)<br>dedupe, delay, ordered/,
  );
});

const found: RunRecord = { ...table, found: 'moto', cases: [{ title: 'puts', result: 'passed' }] };

test('shows an adapter on each engine it ran against', () => {
  expect(line(renderMatrix([found, table]), '| table')).toBe(
    '| table | `dynamodbTable`<br>emulator: 2 of 3 passed, 1 deviate<br>emulator (moto): 1 of 1 passed |',
  );
});

test('keeps what a program found that this machine lacks, and renews it where it ran', () => {
  const worse: RunRecord = { ...found, cases: [{ title: 'puts', result: 'deviates', reason: 'a bug' }] };
  const other: RunRecord = { ...found, adapter: 'otherTable' };
  expect(keptRecords([table], [worse, other])).toEqual([worse, other]);
  expect(keptRecords([table, found], [worse, other])).toEqual([found, other]);
});

test('shows several adapters of one kind and cloud, by name', () => {
  expect(line(renderMatrix([queue, second]), '| queue')).toMatch(/`fileQueue`.*<br><br>`localQueue`/);
});

test('lists each deviation with its reason, escaped', () => {
  const text = renderMatrix([table, queue]);
  expect(line(text, '- ')).toBe(
    '- `dynamodbTable`, emulator: *sorts by \\[bytes\\] \\| units*: the emulator sorts by \\`UTF-16\\`',
  );
  expect(renderMatrix([queue])).toContain('## Deviations\n\nNone.\n');
});

test('gives the same text whatever order the records come in', () => {
  const records = [table, queue, model, second];
  expect(renderMatrix(records.toReversed())).toBe(renderMatrix(records));
});

test('names clouds it does not know after those it does', () => {
  expect(line(renderMatrix([{ ...queue, cloud: 'moon' }, table]), '| port')).toBe('| port | AWS | moon |');
});

test('tells what failed', () => {
  const failed: RunRecord = { ...queue, cases: [{ title: 'sends', result: 'failed' }] };
  expect(failures([table, failed])).toEqual(['localQueue: sends']);
  expect(line(renderMatrix([failed]), '| queue')).toContain('**1 failed**');
});

test('stands in a README between its marks, and nothing else of it changes', () => {
  const readme = (inside: string) =>
    `# Title\n\n<!-- support matrix: npm run matrix -->\n${inside}\n<!-- end of the support matrix -->\n\nMore.\n`;
  const written = withMatrix(readme('old'), [queue]);
  expect(written).toBe(readme(written.split('-->\n')[1]!.split('\n<!-- end')[0]!));
  expect(line(written, '| queue')).toBe(
    '| queue | `localQueue`<br>embedded: 1 of 1 passed<br>dedupe, delay, ordered |',
  );
  expect(withMatrix(written, [queue])).toBe(written);
  expect(() => withMatrix('# Title', [queue])).toThrow('no marks');
});
