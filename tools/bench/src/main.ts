import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions, usage, UsageError, type MeasurementName, type Options } from './options.ts';
import { findFaults, holdAgainstLimits } from './report/limits.ts';
import { describeMachine, machineLine, noiseLine } from './report/machine.ts';
import { limitsTable, seriesTable } from './report/table.ts';
import { profileOwn } from './suite/profile-own.ts';
import { Lab } from './suite/lab.ts';
import { runSuite } from './suite/suite.ts';

const root = join(import.meta.dirname, '../../..');
const outFolder = join(root, 'dist/bench');

const titles: Readonly<Record<MeasurementName, string>> = {
  create: 'Scheduling: whole tasks, durable when answered, 100 callers at once',
  lateness: 'Lateness: tasks due at random instants of a span',
  drain: 'Drain: tasks due at one instant, until the last has reached its target',
  million: 'Many open tasks: start-up, then scheduling with 100 callers',
  http: 'Scheduling over HTTP on loopback, 100 connections',
};

async function bench(options: Options): Promise<void> {
  const lab = new Lab(options.dataFolder, options);
  // An interrupted bench still ends its servers and removes its data.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  process.once('exit', () => lab.close());
  const machine = describeMachine(lab.folder);
  console.log(machineLine(machine));
  for (const line of [noiseLine(machine), ...lab.skipped]) if (line !== undefined) console.log(line);
  const series = await runSuite(lab, options, (line) => console.error(`… ${line}`));
  const limits = holdAgainstLimits(series);
  for (const measurement of options.only) console.log(`\n${titles[measurement]}\n${seriesTable(measurement, series)}`);
  if (limits.length > 0) console.log(`\nFigures to reach (medians of ${options.runs})\n${limitsTable(limits)}`);
  for (const description of lab.servers.values()) console.log(`beside: ${description}`);
  if (options.profile) await profileOwn(lab, options, outFolder, root);
  const faults = findFaults(series);
  mkdirSync(outFolder, { recursive: true });
  const results = {
    machine,
    options,
    servers: [...lab.servers.values()],
    skipped: lab.skipped,
    series,
    limits,
    faults,
  };
  const file = join(outFolder, 'results.json');
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  console.log(`\nwritten to ${join('dist/bench', 'results.json')}`);
  for (const fault of faults) console.error(`FAILED: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
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
