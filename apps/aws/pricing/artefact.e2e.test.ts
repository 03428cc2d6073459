import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { deploy } from '@portolan/aws/testing';
import { pricing } from '@portolan/pricing';
import { listenForRevisions, playScript } from '@portolan/pricing/testing';
import { bindings } from './main.ts';

const root = join(import.meta.dirname, '../../..');

test('the artefact, as built, takes trades, tells who follows, archives what has closed, and mends it', async () => {
  const { status, stdout, stderr } = spawnSync('npx', ['nx', 'build', 'aws-pricing'], { cwd: root, encoding: 'utf8' });
  expect({ status, printed: stdout + stderr }).toMatchObject({ status: 0 });
  const { revised, functions } = listenForRevisions();
  const taskRoot = join(root, 'dist/apps/aws/pricing');
  await using deployed = await deploy({ service: pricing, bindings, taskRoot, env: {}, beside: functions });
  const { seen, expected } = await playScript(deployed, revised, { now: Date.now, pause });
  expect(seen).toEqual(expected);
});
