// Writes docs/support-matrix.md, and its table in README.md, from what the conformance and property runs left in dist/conformance.
import { readdir, readFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordsFolder, type RunRecord } from '../suite/record.ts';
import { failures, keptRecords, renderMatrix, withMatrix } from './matrix.ts';

const target = 'docs/support-matrix.md';
// Runs against programs that not every machine has: what they found is kept for those who write the matrix without them.
const keptFile = 'docs/support-matrix.found.json';

const files = await readdir(recordsFolder).catch(() => []);
if (files.length === 0) {
  console.error(`nothing in ${recordsFolder}: run the conformance and property tests first`);
  process.exit(1);
}
const fresh = await Promise.all(
  files.map(async (file) => JSON.parse(await readFile(join(recordsFolder, file), 'utf8')) as RunRecord),
);
const failed = failures(fresh);
if (failed.length > 0) {
  console.error(`${target} is left as it was, since these failed:\n${failed.map((line) => `  ${line}`).join('\n')}`);
  process.exit(1);
}
const kept = keptRecords(fresh, JSON.parse(await readFile(keptFile, 'utf8').catch(() => '[]')) as RunRecord[]);
const records = [...fresh.filter(({ found }) => found === undefined), ...kept];
await mkdir('docs', { recursive: true });
await writeFile(keptFile, `${JSON.stringify(kept, null, 2)}\n`);
await writeFile(target, renderMatrix(records));
await writeFile('README.md', withMatrix(await readFile('README.md', 'utf8'), records));
console.log(`${target}: ${records.length} runs`);
