import { findChromium } from './chromium.ts';
import { missingEngine } from './engines.ts';

/** A test lane: tests of one nature, told by their file name and run together. */
export interface Lane {
  readonly name: string;
  /** Jest options beyond the workspace's own. */
  readonly jestArgs: readonly string[];
  /**
   * Two streams run side by side, the lanes of each one after the other. Those that start processes, servers and engines of
   * other makers wait for much of their time; those that work have the cores meanwhile.
   */
  readonly stream: 'working' | 'waiting';
  /** Why a file of the lane cannot run on this machine and how to change that; absent or undefined where it can. */
  readonly missing?: (file: string) => string | undefined;
}

const working = (timeoutMs: number) =>
  ({ stream: 'working', jestArgs: ['--maxWorkers=2', `--testTimeout=${timeoutMs}`] }) as const;

const waiting = (how: string) => ({ stream: 'waiting', jestArgs: [how, '--testTimeout=120000'] }) as const;
// Of what starts processes, servers or browsers, timing is part of what is tested.
const oneByOne = waiting('--runInBand');

/** All lanes, in the order in which those of a stream run: the quickest answer first. */
export const lanes: readonly Lane[] = [
  { name: 'unit', ...working(15_000) },
  { name: 'property', ...working(60_000) },
  { name: 'conformance', ...working(60_000) },
  { name: 'crash', ...oneByOne },
  { name: 'e2e', ...oneByOne },
  { name: 'browser', ...oneByOne, missing: missingBrowser },
  // Engines of other makers wait their own time out: while one file waits, another one works.
  { name: 'found', ...waiting('--maxWorkers=4'), missing: missingEngine },
  { name: 'workspace', ...oneByOne },
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
