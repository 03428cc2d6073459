import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { deploy } from '@portolan/azure/testing';
import { pricing } from '@portolan/pricing';
import { listenForRevisions, playScript } from '@portolan/pricing/testing';

const root = join(import.meta.dirname, '../../..');

// Outside of the Functions host the library says of each function that it registers nothing.
const { warn } = console;
beforeEach(() => (console.warn = () => {}));
afterEach(() => (console.warn = warn));

test('the artefact, as built, takes trades, tells who follows, archives what has closed, and mends it', async () => {
  const { status, stdout, stderr } = spawnSync('npx', ['nx', 'build', 'azure-pricing'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ status, printed: stdout + stderr }).toMatchObject({ status: 0 });
  const { bindings, functions } = await import('./main.ts');
  const listening = listenForRevisions();
  const directory = join(root, 'dist/apps/azure/pricing');
  const beside = listening.functions;
  await using deployed = await deploy({ service: pricing, bindings, directory, env: {}, beside });
  expect(deployed.functions).toEqual(functions.map(({ name }) => name));
  const seenFrom = { ...deployed, logs: deployed.failures };
  const { seen, expected } = await playScript(seenFrom, listening.revised, { now: Date.now, pause });
  expect(seen).toEqual(expected);
});
