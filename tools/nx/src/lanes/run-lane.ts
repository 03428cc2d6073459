import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lane } from './lanes.ts';
import { scratchRoot } from './scratch.ts';

/** What a lane did. */
export interface LaneResult {
  readonly lane: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** One line for each thing that did not run: what, why, and how to get it. */
  readonly skips: readonly string[];
}

/** The part of Jest's JSON report that is read here. */
interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly ancestorTitles: readonly string[] }[];
  }[];
}

/**
 * Runs the files of one lane in a Jest of its own.
 *
 * @param printing - Whether it prints as it goes, or all at its end, so that two at a time stay readable.
 */
export async function runLane(
  lane: Lane,
  files: readonly string[],
  root: string,
  printing: 'at once' | 'at its end',
): Promise<LaneResult> {
  const missing = files.flatMap((file) => lane.missing?.(file) ?? []);
  const runnable = files.filter((file) => lane.missing?.(file) === undefined);
  // Tests cannot be counted without running them; each file counts as one, so that none vanishes.
  const left = { ...empty(lane.name), skipped: missing.length, skips: [...new Set(missing)] };
  if (runnable.length === 0) return left;

  const scratch = mkdtempSync(join(lane.stream === 'working' ? scratchRoot() : tmpdir(), 'portolan-lane-'));
  const reportFile = join(scratch, 'report.json');
  const environment = {
    TMPDIR: scratch,
    // Each file of these lanes starts engines; what was compiled of one is there for the next.
    ...(lane.stream === 'working' ? { NODE_COMPILE_CACHE: join(root, '.nx/compiled') } : {}),
  };
  const startedMs = performance.now();
  try {
    const status = await runJest(jestArguments(lane, runnable, reportFile), { root, printing, environment });
    const seconds = (performance.now() - startedMs) / 1000;
    const ran = countsOf(lane.name, readReport(reportFile), status === 0);
    return { ...ran, seconds, skipped: ran.skipped + left.skipped, skips: [...ran.skips, ...left.skips] };
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Circumstances {
  readonly root: string;
  readonly printing: 'at once' | 'at its end';
  /** Beyond that of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

async function runJest(args: readonly string[], { root, printing, environment }: Circumstances): Promise<number> {
  const held = printing === 'at its end';
  const jest = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', held ? 'pipe' : 'inherit', held ? 'pipe' : 'inherit'],
  });
  const printed: Buffer[] = [];
  for (const stream of [jest.stdout, jest.stderr]) stream?.on('data', (chunk: Buffer) => printed.push(chunk));
  const [status] = (await once(jest, 'close')) as [number | null];
  process.stderr.write(Buffer.concat(printed));
  return status ?? 1;
}

function jestArguments(lane: Lane, files: readonly string[], reportFile: string): string[] {
  return [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${reportFile}`,
    '--reporters=default',
    // Kept from one run to the next, unlike the temporary files among which Jest has it by itself.
    '--cacheDirectory=.nx/jest',
    ...lane.jestArgs,
    '--runTestsByPath',
    ...files,
  ];
}

function readReport(file: string): JestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JestReport;
  } catch {
    return undefined;
  }
}

/** Exported for its tests: a Jest that dies, or fails without naming a test, must never count as a pass. */
export function countsOf(lane: string, report: JestReport | undefined, succeeded: boolean): LaneResult {
  if (report === undefined) return { ...empty(lane), failed: 1 };
  const named = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const pending = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'pending' || status === 'todo'),
  );
  return {
    ...empty(lane),
    passed: report.numPassedTests,
    failed: named === 0 && !succeeded ? 1 : named,
    skipped: report.numPendingTests + report.numTodoTests,
    skips: [...new Set(pending.map(({ ancestorTitles }) => ancestorTitles[0] ?? 'a test outside any group'))],
  };
}

/** Test files whose names put them in no lane fail the run: otherwise they would never run, and nobody would know. */
export function misnamed(files: readonly string[]): LaneResult {
  const skips = files.map((file) => `${file} names no lane; expected <name>.test.ts or <name>.<lane>.test.ts`);
  return { ...empty('(no lane)'), failed: files.length, skips };
}

function empty(lane: string): LaneResult {
  return { lane, passed: 0, failed: 0, skipped: 0, seconds: 0, skips: [] };
}
