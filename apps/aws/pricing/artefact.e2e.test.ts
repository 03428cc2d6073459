import { setTimeout as pause } from 'node:timers/promises';
import { deploy } from '@portolan/aws/testing';
import { buildArtefact } from '@portolan/conformance/engine';
import { pricing } from '@portolan/pricing';
import { listenForRevisions, playScript } from '@portolan/pricing/testing';
import { bindings } from './main.ts';

test('the artefact, as built, takes trades, tells who follows, archives what has closed, and mends it', async () => {
  const taskRoot = buildArtefact(import.meta.dirname);
  const { revised, functions } = listenForRevisions();
  await using deployed = await deploy({ service: pricing, bindings, taskRoot, env: {}, beside: functions });
  const { seen, expected } = await playScript(deployed, revised, { now: Date.now, pause });
  expect(seen).toEqual(expected);
});
