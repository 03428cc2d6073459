import { globSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { laneOf, lanes, type Lane } from './lanes.ts';
import { reportOf, succeeded } from './report.ts';
import { misnamed, runLane, type LaneResult } from './run-lane.ts';

const usage = 'Usage: npm test -- [--lane <name>[,<name>]] [<part of a path> ...]';

const root = join(import.meta.dirname, '../../../..');
const { values, positionals } = parseArgs({ options: { lane: { type: 'string' } }, allowPositionals: true });

const wanted = values.lane?.split(',') ?? lanes.map(({ name }) => name);
const unknown = wanted.filter((name) => !lanes.some((lane) => lane.name === name));
if (unknown.length > 0) {
  console.error(
    `No such lane: ${unknown.join(', ')}; there are ${lanes.map(({ name }) => name).join(', ')}.\n${usage}`,
  );
  process.exit(2);
}

const files = globSync('{packages,adapters,apps,tools}/**/*.test.ts', {
  cwd: root,
  exclude: (path) => /(^|\/)(node_modules|dist|fixtures)$/.test(path),
})
  .filter((file) => positionals.length === 0 || positionals.some((part) => file.includes(part)))
  .sort();

const run = (lane: Lane, printing: Parameters<typeof runLane>[3]): Promise<LaneResult> =>
  runLane(
    lane,
    files.filter((file) => laneOf(file) === lane.name),
    root,
    printing,
  );

async function runInTurn(some: readonly Lane[], printing: Parameters<typeof runLane>[3]): Promise<LaneResult[]> {
  const done: LaneResult[] = [];
  for (const lane of some) done.push(await run(lane, printing));
  return done;
}

const chosen = lanes.filter(({ name }) => wanted.includes(name));
const ofStream = (stream: Lane['stream']): readonly Lane[] => chosen.filter((lane) => lane.stream === stream);
const [workers, alone] = [ofStream('workers'), ofStream('alone')];
const streams = await Promise.all([
  runInTurn(workers, 'at once'),
  runInTurn(alone, workers.length === 0 ? 'at once' : 'at its end'),
]);
const results = streams.flat();
const strays = files.filter((file) => laneOf(file) === undefined);
if (strays.length > 0) results.push(misnamed(strays));

console.log(`\n${reportOf(results)}`);
process.exitCode = succeeded(results) ? 0 : 1;
