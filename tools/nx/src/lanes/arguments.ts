import { parseArgs } from 'node:util';
import { lanes } from './lanes.ts';

/** A run to make, or what is told instead of one. */
export type Asked =
  | {
      readonly kind: 'run';
      /** Names of lanes. */
      readonly wanted: readonly string[];
      /** Parts of paths, of which a file's has to hold one; none for every file. */
      readonly parts: readonly string[];
    }
  | { readonly kind: 'help' | 'refused'; readonly text: string };

const names = lanes.map(({ name }) => name);
const usage = `Usage: npm test -- [--lane <name>[,<name>]] [<part of a path> ...]

Lanes: ${names.join(', ')}. Without --lane, all of them.`;

/** Reads what stands behind `npm test --`. */
export function askedFor(args: readonly string[]): Asked {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { lane: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help === true) return { kind: 'help', text: usage };
    const wanted = values.lane?.split(',') ?? names;
    const unknown = wanted.filter((name) => !names.includes(name));
    if (unknown.length > 0) return { kind: 'refused', text: `No such lane: ${unknown.join(', ')}.\n${usage}` };
    return { kind: 'run', wanted, parts: positionals };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') !== true) throw error;
    return { kind: 'refused', text: `${(error as Error).message}\n${usage}` };
  }
}
