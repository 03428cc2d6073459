import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compiler } from './compiler.ts';

const usage = `Usage: npm run check -- [--no-tests]

What CI holds the repository to: types, style, boundaries and purity, the build, and the lanes that need nothing else. Without
the lanes for a caller that runs npm test itself.`;
const options = { tests: { type: 'boolean', default: true }, help: { type: 'boolean', short: 'h' } } as const;
const { values } = readArguments();
if (values.help === true) {
  console.log(usage);
  process.exit();
}

function readArguments() {
  try {
    return parseArgs({ options, allowNegative: true });
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

type Step = readonly [name: string, command: string];

/** Programs that see no global of Node's: the sources of pure packages, and what runs in a browser. */
const ambientless = globSync(['packages/*/tsconfig.json', 'apps/console/tsconfig*.json']).sort();

// In the order in which they are begun: the longest first, so that both runners end at about the same time.
const steps: Step[] = [
  ['lint', 'npm run --silent lint'],
  ['format', 'npm run --silent format:check'],
  ['build', 'nx run-many -t build --output-style=static'],
  // What runs on Node is one program: the clouds' clients, which are most of the work, are then read once and not 20 times.
  ['typecheck of what runs on Node', `node ${compiler} -p tools/nx/tsconfig.node.json`],
  ['typecheck of what does not', ambientless.map((config) => `node ${compiler} -p ${config}`).join(' && ')],
  ['boundaries', 'npm run --silent boundaries'],
];
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

/** Runs what is left, one step after the other. */
async function runner(): Promise<void> {
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) await run(step);
}

const failed: string[] = [];
await Promise.all([runner(), runner()]);
if (values.tests) await run(tests);

console.log(failed.length === 0 ? 'check: all passed' : `check: failed in ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
