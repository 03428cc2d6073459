import { findChromium } from './chromium.ts';
import { missingEngine } from './engines.ts';

/** A test lane: tests of one nature, told by their file name and run together. */
export interface Lane {
  readonly name: string;
  /** Jest options beyond the workspace's own. */
  readonly jestArgs: readonly string[];
  /**
   * Two streams run side by side, the lanes of each one after the other. Lanes that run one file at a time make one of them:
   * they wait for much of their time, and the workers of the other lanes have the cores meanwhile.
   */
  readonly stream: 'alone' | 'workers';
  /** Why a file of the lane cannot run on this machine and how to change that; absent or undefined where it can. */
  readonly missing?: (file: string) => string | undefined;
}

// Lanes that start processes, servers or browsers run one file at a time: their timing is part of what they test.
const alone = { stream: 'alone', jestArgs: ['--runInBand', '--testTimeout=120000'] } as const;

const workers = (count: number, timeoutMs: number) =>
  ({ stream: 'workers', jestArgs: [`--maxWorkers=${count}`, `--testTimeout=${timeoutMs}`] }) as const;

/** All lanes, in the order in which those of a stream run: the quickest answer first. */
export const lanes: readonly Lane[] = [
  { name: 'unit', ...workers(2, 15_000) },
  { name: 'property', ...workers(2, 60_000) },
  { name: 'conformance', ...workers(2, 60_000) },
  // Engines of other makers wait their own time out: while one file waits, another one works.
  { name: 'found', ...workers(4, 120_000), missing: missingEngine },
  { name: 'crash', ...alone },
  { name: 'e2e', ...alone },
  { name: 'browser', ...alone, missing: missingBrowser },
  { name: 'workspace', ...alone },
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
