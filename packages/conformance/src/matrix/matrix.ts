import { leftOutOf } from './left-out.ts';
import type { CaseRecord, RunRecord } from '../suite/record.ts';

const kinds = ['table', 'queue', 'topic', 'timer', 'objects', 'channel', 'host', 'socket host'] as const;
const clouds = ['memory', 'local', 'aws', 'azure', 'gcp'] as const;
const cloudNames: Readonly<Record<string, string>> = {
  memory: 'In memory',
  local: 'Local',
  aws: 'AWS',
  azure: 'Azure',
  gcp: 'Google Cloud',
};

/**
 * The support matrix as Markdown: which adapter stands behind which kind of port on which cloud, on what engine it was
 * tried, and where it deviates. The same records always give the same text.
 */
export function renderMatrix(records: readonly RunRecord[]): string {
  const sorted = inOrder(records);
  return [
    '# Support matrix',
    '',
    'Written by the conformance runs (`npm run matrix`); changes by hand are lost.',
    '',
    'Each entry: the adapter, the engine it ran against, and the cases of its suite (and model) that passed.',
    '`reference` is the in-memory implementation; `embedded` is the engine that production runs; `emulator` is a real engine',
    "or a third party's reading of it; `double` is our own reading of the wire: it proves the SDK's wire shape and our error",
    "mapping, not the cloud's semantics. `without` names guarantees that the adapter does not claim, and the cases of its",
    'suite that are left out for that. The guarantees that it claims stand below.',
    '',
    ...tableLines(sorted),
    '',
    '## Deviations',
    '',
    ...deviations(sorted),
    '',
  ].join('\n');
}

const readmeMatrix = /(<!-- support matrix: npm run matrix -->\n)[^]*?(\n<!-- end of the support matrix -->)/;

/**
 * A README with the matrix's table between its two marks.
 *
 * @throws {RangeError} where the marks are missing.
 */
export function withMatrix(readme: string, records: readonly RunRecord[]): string {
  if (!readmeMatrix.test(readme)) throw new RangeError('README.md has no marks for the support matrix');
  return readme.replace(
    readmeMatrix,
    (_all, start: string, end: string) => `${start}\n${tableLines(inOrder(records)).join('\n')}\n${end}`,
  );
}

const inOrder = (records: readonly RunRecord[]): readonly RunRecord[] =>
  records.toSorted((a, b) => compare(sortKey(a), sortKey(b)));

/** @param sorted - As {@link inOrder} gives them. */
function tableLines(sorted: readonly RunRecord[]): readonly string[] {
  const known = clouds.filter((cloud) => sorted.some((record) => record.cloud === cloud));
  const others = [...new Set(sorted.map(({ cloud }) => cloud))].filter((cloud) => !clouds.includes(cloud as never));
  const columns: readonly string[] = [...known, ...others];
  return [
    `| port | ${columns.map((cloud) => cloudNames[cloud] ?? cloud).join(' | ')} |`,
    `| --- | ${columns.map(() => '---').join(' | ')} |`,
    ...kinds.map((kind) => `| ${kind} | ${columns.map((cloud) => cell(sorted, kind, cloud)).join(' | ')} |`),
  ];
}

function cell(records: readonly RunRecord[], kind: string, cloud: string): string {
  const here = records.filter((record) => record.kind === kind && record.cloud === cloud);
  const adapters = [...new Set(here.map(({ adapter }) => adapter))];
  return adapters.map((adapter) => entry(here.filter((record) => record.adapter === adapter))).join('<br><br>') || '—';
}

/** One adapter: a line for each engine it ran against, then its guarantees. */
function entry(records: readonly RunRecord[]): string {
  const [first] = records;
  const byEngine = Map.groupBy(records, engineOf);
  return [
    `\`${first!.adapter}\``,
    ...[...byEngine].map(([engine, runs]) => engineLine(engine, runs)),
    ...(first!.guarantees.length === 0 ? [] : [first!.guarantees.join(', ')]),
  ].join('<br>');
}

const engineOf = ({ engine, found }: RunRecord): string => (found === undefined ? engine : `${engine} (${found})`);

/** The suite and, where it ran, the model. */
function engineLine(engine: string, records: readonly RunRecord[]): string {
  const cases = records.flatMap((record) => record.cases);
  const count = (result: CaseRecord['result']): number => cases.filter((one) => one.result === result).length;
  const model = records.some(({ suite }) => suite === 'model') ? ', with model' : '';
  const failed = count('failed') === 0 ? '' : `<br>**${count('failed')} failed**`;
  const deviating = count('deviates') === 0 ? '' : `, ${count('deviates')} deviate`;
  return `${engine}: ${count('passed')} of ${cases.length} passed${deviating}${model}${withoutLine(records)}${failed}`;
}

/** What is left out of the suite for want of guarantees. */
function withoutLine(records: readonly RunRecord[]): string {
  const without = records.flatMap(leftOutOf);
  if (without.length === 0) return '';
  return `<br>without ${without.map(([name, count]) => `${name} (${count} ${count === 1 ? 'case' : 'cases'})`).join(', ')}`;
}

function deviations(records: readonly RunRecord[]): string[] {
  const lines = records.flatMap((record) =>
    record.cases.flatMap(({ title, result, reason }) =>
      result === 'deviates'
        ? [`- \`${record.adapter}\`, ${engineOf(record)}: *${escaped(title)}*: ${escaped(reason ?? '')}`]
        : [],
    ),
  );
  return lines.length === 0 ? ['None.'] : lines;
}

const escaped = (text: string): string => text.replaceAll(/[\\`*_|<>[\]]/g, '\\$&');

/** Titles of the cases that failed, each with its adapter: a matrix with any is not fit to be published. */
export function failures(records: readonly RunRecord[]): readonly string[] {
  return records.flatMap(({ adapter, cases }) =>
    cases.filter(({ result }) => result === 'failed').map(({ title }) => `${adapter}: ${title}`),
  );
}

const rank = (list: readonly string[], item: string): string =>
  String(list.includes(item) ? list.indexOf(item) : list.length).padStart(3, '0');

/** By kind, then cloud, then adapter; the suite before the model. */
function sortKey({ kind, cloud, adapter, found = '', suite }: RunRecord): string {
  return [rank(kinds, kind), rank(clouds, cloud), cloud, adapter, found, suite].join('/');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Records of programs that this machine may lack: they stay as they are until somebody who has the program runs again. */
export function keptRecords(fresh: readonly RunRecord[], before: readonly RunRecord[]): readonly RunRecord[] {
  const renewed = new Set(fresh.map(sortKey));
  return inOrder([
    ...fresh.filter(({ found }) => found !== undefined),
    ...before.filter((record) => !renewed.has(sortKey(record))),
  ]);
}
