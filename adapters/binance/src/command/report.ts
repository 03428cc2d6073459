import type { CandleComparison } from '../compare/compare-candles.ts';
import type { ImportOutcome } from '../import/import-trades.ts';

/** Text from files and services without what could steer a terminal, and on one line. */
export const printable = (text: string): string => text.replaceAll(/\p{C}/gu, ' ');

const columns = ['lines', 'accepted', 'duplicate', 'rejected', 'void'] as const;

/** A table of the counts of each file, and the first rejected lines. */
export function reportOfImport({ files, totals, rejectedLines }: ImportOutcome): string {
  const rows = files.map(({ name, endLine, accepted, duplicate, rejected, voided }) => [
    name,
    ...[endLine, accepted, duplicate, rejected, voided].map(grouped),
  ]);
  const sums = [totals.accepted, totals.duplicate, totals.rejected, totals.voided].map(grouped);
  const lines = table([['file', ...columns], ...rows, ...(files.length > 1 ? [['all', '', ...sums]] : [])]);
  for (const { name, resumedAfter } of files)
    if (resumedAfter > 0) lines.push(`${name}: lines up to ${grouped(resumedAfter)} were imported before`);
  if (rejectedLines.length > 0) {
    const more = totals.rejected - rejectedLines.length;
    lines.push('', `Rejected${more > 0 ? `, the first ${rejectedLines.length}` : ''}:`);
    lines.push(...rejectedLines.map(({ file, line, reason }) => `  ${file}:${line}: ${reason}`));
  }
  return text(lines);
}

/** What comparing with one file of klines came to. */
export function reportOfComparison(file: string, comparison: CandleComparison): string {
  const { equal, empty, different, incomplete, differences } = comparison;
  const lines = [
    `${file}: ${grouped(equal)} candles equal, ${grouped(different)} differ, ${grouped(empty)} without trades`,
  ];
  if (incomplete > 0) lines.push(`  ${grouped(incomplete)} candles are not provably complete: trades may be missing`);
  lines.push(
    ...differences.map(({ start, field, expected, got }) => `  ${start} ${field}: expected ${expected}, got ${got}`),
  );
  const intervals = new Set(differences.map(({ start }) => start)).size;
  if (different > intervals) lines.push(`  … and ${grouped(different - intervals)} more`);
  return text(lines);
}

const grouped = (count: number): string => count.toLocaleString('en');
const text = (lines: readonly string[]): string => lines.map((line) => `${printable(line)}\n`).join('');

/** The first column to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
  );
}
