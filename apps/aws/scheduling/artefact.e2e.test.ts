import { deploy } from '@portolan/aws/testing';
import { buildArtefact } from '@portolan/conformance/engine';
import { scheduling } from '@portolan/scheduling';
import { generateSecret } from '@portolan/webhook';
import { runTaskThrough } from '@portolan/webhook/testing';

test('the artefact, as built, runs a task that is created over HTTP at its time, once', async () => {
  const taskRoot = buildArtefact(import.meta.dirname);
  const env = { PORTOLAN_WEBHOOK_SECRET: generateSecret(), PORTOLAN_WEBHOOK_ALLOW: 'loopback' };
  Object.assign(process.env, env);
  const { bindings } = await import('./main.ts');
  await using deployed = await deploy({ service: scheduling, bindings, taskRoot, env });
  const lateMs = await runTaskThrough(deployed.request, () => JSON.stringify(deployed.logs(), null, 2));
  expect(lateMs).toBeLessThan(30_000);
});
