import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { deployContainer } from '@portolan/gcp/testing';
import { pricing } from '@portolan/pricing';
import { listenForRevisions, playScript } from '@portolan/pricing/testing';
import { bindings } from './bindings.ts';

const root = join(import.meta.dirname, '../../..');

test('the artefact, as built, takes trades, tells who follows, archives what has closed, and mends it', async () => {
  const { status, stdout, stderr } = spawnSync('npx', ['nx', 'build', 'gcp-pricing'], { cwd: root, encoding: 'utf8' });
  expect({ status, printed: stdout + stderr }).toMatchObject({ status: 0 });
  const { revised, functions } = listenForRevisions();
  const source = join(root, 'dist/apps/gcp/pricing');
  await using deployed = await deployContainer({ service: pricing, bindings, source, env: {}, beside: functions });
  const { seen, expected } = await playScript(deployed, revised, { now: Date.now, pause });
  expect(seen).toEqual(expected);
  const { code, tookMs } = await deployed.terminate();
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(10_000);
});
