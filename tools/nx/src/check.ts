import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

// What CI holds the repository to. `--no-tests` leaves the lanes out, for a caller that runs `npm test` itself.
const { values } = parseArgs({ options: { tests: { type: 'boolean', default: true } }, allowNegative: true });

const steps: readonly (readonly [name: string, command: string])[] = [
  ['boundaries', 'npm run --silent boundaries'],
  ['typecheck', 'nx run-many -t typecheck --output-style=static'],
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
