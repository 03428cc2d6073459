import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploy } from '@portolan/gcp/testing';
import { buildArtefact } from '@portolan/conformance/engine';
import { scheduling } from '@portolan/scheduling';
import { generateSecret } from '@portolan/webhook';
import { runTaskThrough } from '@portolan/webhook/testing';

test('the artefact, as built, runs a task that is created over HTTP at its time, once', async () => {
  const source = buildArtefact(import.meta.dirname);
  const env = { PORTOLAN_WEBHOOK_SECRET: generateSecret(), PORTOLAN_WEBHOOK_ALLOW: 'loopback' };
  Object.assign(process.env, env);
  const { bindings } = await import('./main.ts');
  // What calls these functions is not in it: the platform installs that, and starts it.
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as object;
  const dependencies = { '@google-cloud/functions-framework': expect.stringMatching(/^\d+\.\d+\.\d+$/) as string };
  expect(manifest).toMatchObject({ main: 'main.cjs', dependencies });
  expect(manifest).not.toHaveProperty('scripts');
  await using deployed = await deploy({ service: scheduling, bindings, source, env });
  const lateMs = await runTaskThrough(deployed.request, () => JSON.stringify(deployed.logs(), null, 2));
  expect(lateMs).toBeLessThan(30_000);
});
