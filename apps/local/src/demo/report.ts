import type { Audit, Row } from '../audit/audit.ts';

/** Occurrences under one label beyond which they share a line. */
const maxLines = 6;

/** The table of promised against actual times, the faults, and the verdict as the last line. */
export function reportOf({ rows, faults }: Audit): string {
  const byLabel = [...Map.groupBy(rows, ({ promised }) => promised.label)];
  const lines = byLabel.flatMap(([label, group]) =>
    group.length > maxLines ? [together(label, group)] : group.map((row) => alone(label, row)),
  );
  const table = align([['asked for', 'promised', 'arrived', 'late', 'requests', ''], ...lines]);
  const told = faults.map(({ kind, task, detail }) => `${kind}: ${task}: ${detail}`);
  return [...table, '', ...(told.length === 0 ? [] : [...told, '']), verdictOf({ rows, faults })].join('\n');
}

/** One sentence on the whole. */
export function verdictOf({ rows, faults }: Audit): string {
  const occurrences = rows.filter(({ occurrence }) => occurrence !== undefined).length;
  if (faults.length > 0) {
    const kinds = [...Map.groupBy(faults, ({ kind }) => kind)].map(([kind, { length }]) => `${length} ${kind}`);
    return `FAILED: of ${occurrences} promised arrivals: ${kinds.join(', ')}.`;
  }
  const latest = Math.max(0, ...rows.map(latenessMs).filter((late) => late !== undefined));
  return `PASSED: all ${occurrences} promised arrivals came, each once, none early, the latest by ${latest} ms; every signature was good.`;
}

/** By how much the first request for an occurrence was late, in milliseconds; undefined where none came. */
function latenessMs({ arrivals }: Row): number | undefined {
  return arrivals.length === 0 ? undefined : Math.min(...arrivals.map((one) => one.arrivedAt - one.scheduledAt));
}

function alone(label: string, row: Row): readonly string[] {
  const { occurrence, arrivals } = row;
  const promisedAt = arrivals[0]?.scheduledAt ?? occurrence?.earliestAt;
  const accepted = arrivals.find((one) => one.accepted);
  return [
    label,
    promisedAt === undefined ? 'never' : time(promisedAt),
    accepted === undefined ? '-' : time(accepted.arrivedAt),
    late(latenessMs(row)),
    String(arrivals.length),
    mark(row.faults.length),
  ];
}

function together(label: string, group: readonly Row[]): readonly string[] {
  const came = group.filter(({ arrivals }) => arrivals.some((one) => one.accepted)).length;
  const all = group.map(latenessMs).filter((lateness) => lateness !== undefined);
  return [
    label,
    time(group[0]!.occurrence?.earliestAt ?? 0),
    `${came} of ${group.length}`,
    all.length === 0 ? '-' : `${Math.min(...all)} to ${Math.max(...all)} ms`,
    String(group.reduce((total, { arrivals }) => total + arrivals.length, 0)),
    mark(group.reduce((total, { faults }) => total + faults.length, 0)),
  ];
}

const time = (at: number): string => new Date(at).toISOString().slice(11, -1);
const late = (ms: number | undefined): string => (ms === undefined ? '-' : `${ms} ms`);
const mark = (faults: number): string => (faults === 0 ? 'ok' : `${faults} faults`);

function align(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
