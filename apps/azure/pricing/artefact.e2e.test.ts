import { setTimeout as pause } from 'node:timers/promises';
import { deploy } from '@portolan/azure/testing';
import { buildArtefact } from '@portolan/conformance/engine';
import { pricing } from '@portolan/pricing';
import { listenForRevisions, playScript } from '@portolan/pricing/testing';

// Outside of the Functions host the library says of each function that it registers nothing.
const { warn } = console;
beforeEach(() => (console.warn = () => {}));
afterEach(() => (console.warn = warn));

test('the artefact, as built, takes trades, tells who follows, archives what has closed, and mends it', async () => {
  const directory = buildArtefact(import.meta.dirname);
  const { bindings, functions } = await import('./main.ts');
  const listening = listenForRevisions();
  const beside = listening.functions;
  await using deployed = await deploy({ service: pricing, bindings, directory, env: {}, beside });
  expect(deployed.functions).toEqual(functions.map(({ name }) => name));
  const seenFrom = { ...deployed, logs: deployed.failures };
  const { seen, expected } = await playScript(seenFrom, listening.revised, { now: Date.now, pause });
  expect(seen).toEqual(expected);
});
