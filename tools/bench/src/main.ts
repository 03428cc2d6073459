import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions, usage, UsageError, type Options } from './options.ts';
import { pricingSuite } from './pricing/pricing-suite.ts';
import { describeMachine, machineLine, noiseLine } from './report/machine.ts';
import { topSelfTime } from './report/profile.ts';
import { limitsTable, seriesTable } from './report/table.ts';
import { schedulingSuite } from './scheduling/scheduling-suite.ts';
import type { Profiled, Progress, Suite } from './suite/suite.ts';
import { Workplace } from './suite/workplace.ts';

const root = join(import.meta.dirname, '../../..');
const outFolder = join(root, 'dist/bench');

const openSuite = (options: Options, workplace: Workplace): Suite =>
  options.suite === 'pricing' ? pricingSuite(options, workplace) : schedulingSuite(options, workplace);

async function bench(options: Options): Promise<void> {
  const workplace = new Workplace(options.dataFolder);
  // An interrupted bench still ends its servers and removes its data.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  process.once('exit', () => workplace.close());
  const suite = openSuite(options, workplace);
  const machine = describeMachine(workplace.folder);
  console.log(machineLine(machine));
  for (const line of [noiseLine(machine), ...suite.skipped]) if (line !== undefined) console.log(line);
  const progress: Progress = (line) => console.error(`… ${line}`);
  const { series, limits, faults, beside } = await suite.measure(progress);
  for (const { measurement, title, columns } of suite.shown) {
    const measured = series.filter((one) => one.measurement === measurement);
    console.log(`\n${title}\n${seriesTable(measured, columns)}`);
  }
  if (limits.length > 0) console.log(`\nFigures to reach (medians of ${options.runs})\n${limitsTable(limits)}`);
  for (const description of beside) console.log(`beside: ${description}`);
  if (options.profile) {
    const folder = join(outFolder, 'profiles');
    mkdirSync(folder, { recursive: true });
    for (const profiled of await suite.profile(folder, progress)) showProfile(profiled);
  }
  mkdirSync(outFolder, { recursive: true });
  const results = { machine, options, servers: beside, skipped: suite.skipped, series, limits, faults };
  const name = options.suite === 'scheduling' ? 'results.json' : `results-${options.suite}.json`;
  writeFileSync(join(outFolder, name), `${JSON.stringify(results, undefined, 2)}\n`);
  console.log(`\nwritten to ${join('dist/bench', name)}`);
  for (const fault of faults) console.error(`FAILED: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}

function showProfile({ what, file }: Profiled): void {
  console.log(`\nMost time in ${what} (dist/bench/profiles)`);
  for (const { where, selfMs, share } of topSelfTime(file, root, 15))
    console.log(`  ${(share * 100).toFixed(1).padStart(5)} %  ${selfMs.toFixed(0).padStart(6)} ms  ${where}`);
}

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) console.log(usage);
  else await bench(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
