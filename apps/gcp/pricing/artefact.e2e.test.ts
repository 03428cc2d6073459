import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { deployContainer } from '@portolan/gcp/testing';
import { buildArtefact } from '@portolan/conformance/engine';
import { pricing } from '@portolan/pricing';
import { listenForRevisions, playScript } from '@portolan/pricing/testing';
import { bindings } from './bindings.ts';

test('the artefact, as built, takes trades, tells who follows, archives what has closed, and mends it', async () => {
  const source = buildArtefact(import.meta.dirname);
  const { revised, functions } = listenForRevisions();
  // It is a container, which is started just as below, and has everything it needs in it.
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as object;
  expect(manifest).toMatchObject({ main: 'main.cjs', scripts: { start: 'node main.cjs' } });
  expect(manifest).not.toHaveProperty('dependencies');
  await using deployed = await deployContainer({
    service: pricing,
    bindings,
    source,
    env: {},
    beside: functions,
  });
  const { seen, expected } = await playScript(deployed, revised, { now: Date.now, pause });
  expect(seen).toEqual(expected);
  const { code, tookMs } = await deployed.terminate();
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(10_000);
});
