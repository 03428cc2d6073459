import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';

// What CI holds the repository to. `--no-tests` leaves the lanes out, for a caller that runs `npm test` itself.
const { values } = parseArgs({ options: { tests: { type: 'boolean', default: true } }, allowNegative: true });

type Step = readonly [name: string, command: string];

/** Programs that see no global of Node's: the sources of pure packages, and what runs in a browser. */
const ambientless = globSync(['packages/*/tsconfig.json', 'apps/console/tsconfig*.json']).sort();

const types: readonly Step[] = [
  // What runs on Node is one program: the clouds' clients, which are most of the work, are then read once and not 20 times.
  ['typecheck of what runs on Node', 'tsc -p tools/nx/tsconfig.node.json'],
  ['typecheck of what does not', ambientless.map((config) => `tsc -p ${config}`).join(' && ')],
];
const style: readonly Step[] = [
  ['boundaries', 'npm run --silent boundaries'],
  ['lint', 'npm run --silent lint'],
  ['format', 'npm run --silent format:check'],
];
const build: Step = ['build', 'nx run-many -t build --output-style=static'];
const tests: Step = ['tests', 'npm test --silent -- --lane unit,property,conformance,workspace'];

/** Prints what a step says at its end, so that two at a time stay readable. */
async function run([name, command]: Step): Promise<void> {
  const startedMs = performance.now();
  const step = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: Buffer[] = [];
  for (const stream of [step.stdout, step.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk));
  const [status] = (await once(step, 'close')) as [number | null];
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(Buffer.concat(printed));
  console.log(`check: ${name} ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
  if (status !== 0) failed.push(name);
}

async function runInTurn(steps: readonly Step[]): Promise<void> {
  for (const step of steps) await run(step);
}

const failed: string[] = [];
await Promise.all([runInTurn([...types, build]), runInTurn(style)]);
if (values.tests) await run(tests);

console.log(failed.length === 0 ? 'check: all passed' : `check: failed in ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
