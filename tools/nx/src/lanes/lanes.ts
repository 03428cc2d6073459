import { findChromium } from './chromium.ts';
import { missingEngine } from './engines.ts';

/** A test lane: tests of one nature, told by their file name and run together. */
export interface Lane {
  readonly name: string;
  /** Jest options beyond the workspace's own. */
  readonly jestArgs: readonly string[];
  /**
   * Lanes with a stream run after those without: those of one stream one after the other, both streams at the same time,
   * since each of them leaves a core idle for much of its time. @default none
   */
  readonly stream?: 'engines' | 'processes';
  /** Why a file of the lane cannot run on this machine and how to change that; absent or undefined where it can. */
  readonly missing?: (file: string) => string | undefined;
}

// Lanes that start processes, servers or browsers run one file at a time: their timing is part of what they test.
const alone = ['--runInBand', '--testTimeout=120000'];

// Engines of other makers wait their own time out: while one file waits, another one works.
const waiting = ['--maxWorkers=4', '--testTimeout=120000'];

/** All lanes, in the order they run: the quickest answer first. */
export const lanes: readonly Lane[] = [
  { name: 'unit', jestArgs: ['--maxWorkers=2'] },
  { name: 'property', jestArgs: ['--maxWorkers=2', '--testTimeout=60000'] },
  { name: 'conformance', jestArgs: ['--maxWorkers=3', '--testTimeout=60000'] },
  { name: 'found', jestArgs: waiting, stream: 'engines', missing: missingEngine },
  { name: 'workspace', jestArgs: alone, stream: 'engines' },
  { name: 'crash', jestArgs: alone, stream: 'processes' },
  { name: 'e2e', jestArgs: alone, stream: 'processes' },
  { name: 'browser', jestArgs: alone, stream: 'processes', missing: missingBrowser },
];

/**
 * The lane of a test file: `x.crash.test.ts` is crash, `x.test.ts` is unit.
 *
 * @returns undefined when the name has a qualifier that is no lane: such a file would never run.
 */
export function laneOf(file: string): string | undefined {
  const qualifier = /\.([a-z0-9-]+)\.test\.ts$/.exec(file)?.[1] ?? 'unit';
  return lanes.find(({ name }) => name === qualifier)?.name;
}

function missingBrowser(): string | undefined {
  return findChromium() === undefined
    ? 'no Chromium found; install the package chromium, or set CHROMIUM_PATH to a Chrome or Chromium'
    : undefined;
}
