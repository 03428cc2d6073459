import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

// What CI holds the repository to. `--no-tests` leaves the lanes out, for a caller that runs `npm test` itself.
const { values } = parseArgs({ options: { tests: { type: 'boolean', default: true } }, allowNegative: true });

/** Projects that see no global of Node's, or those of a browser. */
const ambientless = ['kernel', 'composition', 'conformance', 'domain']
  .map((type) => `tag:type:${type}`)
  .concat('@portolan/app-console');

const steps: readonly (readonly [name: string, command: string])[] = [
  ['boundaries', 'npm run --silent boundaries'],
  // What runs on Node is one program: the clouds' clients, which are most of the work, are then read once and not 20 times.
  ['typecheck of what runs on Node', 'tsc -p tools/nx/tsconfig.node.json'],
  ['typecheck of what does not', `nx run-many -t typecheck -p ${ambientless.join(',')} --output-style=static`],
  ['lint', 'npm run --silent lint'],
  ['format', 'npm run --silent format:check'],
  ...(values.tests ? ([['tests', 'npm test --silent -- --lane unit,property,conformance,workspace']] as const) : []),
  ['build', 'nx run-many -t build --output-style=static'],
];

const failed: string[] = [];
for (const [name, command] of steps) {
  const startedMs = performance.now();
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`check: ${name} ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
  if (status !== 0) failed.push(name);
}

console.log(failed.length === 0 ? 'check: all passed' : `check: failed in ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
