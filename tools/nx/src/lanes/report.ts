import type { LaneResult } from './run-lane.ts';

/** The closing lines of a test run: a table of lanes, a line for each thing skipped, and the totals alone at the end. */
export function reportOf(results: readonly LaneResult[]): string {
  const rows = [
    ['lane', 'passed', 'failed', 'skipped', 'seconds'],
    ...results.map((result) => [
      result.lane,
      ...[result.passed, result.failed, result.skipped].map(String),
      result.seconds.toFixed(1),
    ]),
  ];
  const skips = results.flatMap(({ lane, skips }) => skips.map((why) => `skipped in ${lane}: ${why}`));
  return [...rows.map(line), ...(skips.length > 0 ? ['', ...skips] : []), '', totalsOf(results)].join('\n');
}

/** True when something ran and nothing failed. */
export function succeeded(results: readonly LaneResult[]): boolean {
  return sum(results, 'failed') === 0 && sum(results, 'passed') > 0;
}

function totalsOf(results: readonly LaneResult[]): string {
  const skipped = sum(results, 'skipped');
  const totals = `${sum(results, 'passed')} passed, ${sum(results, 'failed')} failed`;
  return skipped > 0 ? `${totals}, ${skipped} skipped` : totals;
}

function sum(results: readonly LaneResult[], count: 'passed' | 'failed' | 'skipped'): number {
  return results.reduce((total, result) => total + result[count], 0);
}

function line([lane = '', ...counts]: string[]): string {
  return [lane.padEnd(12), ...counts.map((count) => count.padStart(8))].join('');
}
