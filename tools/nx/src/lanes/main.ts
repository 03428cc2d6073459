import { globSync } from 'node:fs';
import { join } from 'node:path';
import { askedFor } from './arguments.ts';
import { laneOf, lanes, type Lane } from './lanes.ts';
import { reportOf, succeeded } from './report.ts';
import { misnamed, runLane, type LaneResult } from './run-lane.ts';

const asked = askedFor(process.argv.slice(2));
if (asked.kind !== 'run') {
  console[asked.kind === 'help' ? 'log' : 'error'](asked.text);
  process.exit(asked.kind === 'help' ? 0 : 2);
}
const { wanted, parts } = asked;

const root = join(import.meta.dirname, '../../../..');
const files = globSync('{packages,adapters,apps,tools}/**/*.test.ts', {
  cwd: root,
  exclude: (path) => /(^|\/)(node_modules|dist|fixtures)$/.test(path),
})
  .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
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
const [working, waiting] = [ofStream('working'), ofStream('waiting')];
const streams = await Promise.all([
  runInTurn(working, 'at once'),
  runInTurn(waiting, working.length === 0 ? 'at once' : 'at its end'),
]);
const results = streams.flat();
const strays = files.filter((file) => laneOf(file) === undefined);
if (strays.length > 0) results.push(misnamed(strays));

console.log(`\n${reportOf(results)}`);
process.exitCode = succeeded(results) ? 0 : 1;
