import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { factoriesIn, uncovered, type SourceFile } from './coverage.ts';

const root = join(import.meta.dirname, '../../..');

/** The sources of every adapter package, tracked or new, by package. */
function adapterPackages(): ReadonlyMap<string, readonly SourceFile[]> {
  const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'adapters'], {
    cwd: root,
    encoding: 'utf8',
  });
  const paths = listed.stdout.split('\n').filter((path) => path.endsWith('.ts') && existsSync(join(root, path)));
  const files = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  return Map.groupBy(files, ({ path }) => path.split('/').slice(0, 2).join('/'));
}

test('finds the adapters of this repository', () => {
  const found = factoriesIn(adapterPackages().get('adapters/local') ?? []).map(({ name }) => name);
  expect(found).toEqual(expect.arrayContaining(['localTable', 'localQueue', 'localTopic', 'localTimer']));
});

test('holds every adapter factory against the suite of its kind', () => {
  expect([...adapterPackages().values()].flatMap(uncovered)).toEqual([]);
});

const factory: SourceFile = {
  path: 'adapters/moon/src/table/moon-table.ts',
  text: `
    /** export function commentedQueue() {} */
    export function moonTable(options: { readonly dust?: number } = {}) {
      return adapter({ cloud: 'any', kind: 'table', name: 'moonTable', guarantees: {}, open: () => new MoonTable(options) });
    }
    export function timeTable() {}
    export const renderTimer = () => 1;
    function hiddenTable() {}
  `,
};
const conformance = (text: string, path = 'adapters/moon/src/table/moon-table.conformance.test.ts'): SourceFile => ({
  path,
  text,
});

test('finds exported functions that are named for a kind, where an adapter of that kind is made', () => {
  expect(factoriesIn([factory]).map(({ name, kind }) => [name, kind])).toEqual([
    ['moonTable', 'table'],
    ['timeTable', 'table'],
  ]);
  const helper: SourceFile = {
    path: 'adapters/moon/src/render.ts',
    text: 'export function renderTable(): string { return ""; }',
  };
  expect(factoriesIn([helper])).toEqual([]);
  const index: SourceFile = {
    path: 'adapters/moon/src/index.ts',
    text: `export { darkTable, type DarkTable } from './dark.ts';`,
  };
  expect(factoriesIn([index])).toEqual([]);
  expect(factoriesIn([factory, index]).map(({ name }) => name)).toContain('darkTable');
  const constant: SourceFile = {
    path: 'a.ts',
    text: `export const sunTimer = (): X => adapter<'timer', 'aws'>({ kind: "timer", cloud: 'aws' });`,
  };
  expect(factoriesIn([constant]).map(({ name }) => name)).toEqual(['sunTimer']);
});

const good = `tableConformance({ adapter: 'moonTable', cloud: 'moon' }); tableConformance({ adapter: 'timeTable' });`;

test.each([
  ['has no conformance test', []],
  ['has one under another name', [conformance(good, 'adapters/moon/src/moon-table.test.ts')]],
  ['is named by none', [conformance(good.replace('moonTable', 'marsTable'))]],
  ['is held against the suite of another kind', [conformance(good.replaceAll('tableConformance', 'queueConformance'))]],
  ['is named in the call of another suite', [conformance(good.replace('tableConformance', 'queueConformance'))]],
  ['is named only in a comment', [conformance(good.replace(`adapter: 'moonTable'`, `/* adapter: 'moonTable' */`))]],
])('complains of an adapter that %s', (_, tests) => {
  const complaints = uncovered([factory, ...tests]);
  expect(complaints).toContain(
    `${factory.path}: no *.conformance.test.ts calls tableConformance with adapter: 'moonTable'`,
  );
});

test('is content with an adapter that is held against its suite', () => {
  expect(uncovered([factory, conformance(good)])).toEqual([]);
  const run = good.replace(`{ adapter: 'moonTable', cloud: 'moon' }`, 'run');
  expect(uncovered([factory, conformance(`const run = { adapter: "moonTable" }; ${run}`)])).toEqual([]);
});
