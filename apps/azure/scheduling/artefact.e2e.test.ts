import { deploy } from '@portolan/azure/testing';
import { buildArtefact } from '@portolan/conformance/engine';
import { scheduling } from '@portolan/scheduling';
import { generateSecret } from '@portolan/webhook';
import { runTaskThrough } from '@portolan/webhook/testing';

// Outside of the Functions host the library says of each function that it registers nothing.
const { warn } = console;
beforeEach(() => (console.warn = () => {}));
afterEach(() => (console.warn = warn));

test('the artefact, as built, runs a task that is created over HTTP at its time, once', async () => {
  const directory = buildArtefact(import.meta.dirname);
  const env = { PORTOLAN_WEBHOOK_SECRET: generateSecret(), PORTOLAN_WEBHOOK_ALLOW: 'loopback' };
  Object.assign(process.env, env);
  const { bindings, functions } = await import('./main.ts');
  await using deployed = await deploy({ service: scheduling, bindings, directory, env });
  expect(deployed.functions).toEqual(functions.map(({ name }) => name));
  const lateMs = await runTaskThrough(deployed.request, () => deployed.failures().join('\n'));
  expect(lateMs).toBeLessThan(30_000);
});
