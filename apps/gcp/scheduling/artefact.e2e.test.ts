import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { deploy } from '@portolan/gcp/testing';
import { scheduling } from '@portolan/scheduling';
import { generateSecret } from '@portolan/webhook';
import { runTaskThrough } from '@portolan/webhook/testing';

const root = join(import.meta.dirname, '../../..');

test('the artefact, as built, runs a task that is created over HTTP at its time, once', async () => {
  const { status, stdout, stderr } = spawnSync('npx', ['nx', 'build', 'gcp-scheduling'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ status, printed: stdout + stderr }).toMatchObject({ status: 0 });
  const env = { PORTOLAN_WEBHOOK_SECRET: generateSecret(), PORTOLAN_WEBHOOK_ALLOW: 'loopback' };
  Object.assign(process.env, env);
  const { bindings } = await import('./main.ts');
  const source = join(root, 'dist/apps/gcp/scheduling');
  await using deployed = await deploy({ service: scheduling, bindings, source, env });
  const lateMs = await runTaskThrough(deployed.request, () => JSON.stringify(deployed.logs(), null, 2));
  expect(lateMs).toBeLessThan(30_000);
});
