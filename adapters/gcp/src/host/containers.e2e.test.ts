import { checkBindings } from '@portolan/composition';
import { requestOver, startEngine } from '@portolan/conformance/engine';
import { SocketClients } from '@portolan/conformance/sockets';
import { bindings } from '../testing/host/container-bindings.ts';
import { startContainer } from '../testing/host/container-process.ts';
import { archive } from '../testing/host/container-service.ts';
import { freePorts } from '../testing/loopback-ports.ts';
import { provision } from '../testing/host/provision.ts';
import { engineSettings, invoker, location, project } from '../testing/host/settings.ts';
import { restOf } from '../testing/table-harness.ts';
import { functionPath } from './run-routes.ts';

const json = { 'content-type': 'application/json' };

/** Looks at a condition until it holds, for 20 s at most. */
async function until(holds: () => boolean, what: () => string): Promise<void> {
  for (const end = Date.now() + 20_000; !holds(); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > end) throw new Error(what());
}

test('a service in two containers tells the clients of both what happens in either, and says goodbye on SIGTERM', async () => {
  await using engine = await startEngine(new URL('../testing/host/host-engine.ts', import.meta.url));
  const [first, second] = (await freePorts(2)) as [number, number];
  const base = `http://127.0.0.1:${first}`;
  const urls = Object.fromEntries(
    Object.keys(archive.functions).map((name) => [name, `${base}${functionPath(name)}`] as const),
  );
  await provision(archive, checkBindings(archive, bindings, 'gcp'), {
    port: engine.port,
    project,
    location,
    urls,
    invoker,
  });
  // Cloud Tasks is told no more than where the service is.
  const env = { ...(await engineSettings(engine.port)), PORTOLAN_URL: base };
  await using one = await startContainer(first, env);
  await using other = await startContainer(second, env);
  using clients = new SocketClients();
  const dialled = [
    await clients.dial(`ws://127.0.0.1:${first}/archive/v1/live`),
    await clients.dial(`ws://127.0.0.1:${second}/archive/v1/live`),
  ];
  const [near, far] = dialled.map((answer) => (answer.kind === 'open' ? answer.client : undefined!));
  const body = JSON.stringify({ key: 'in/a', text: 'hello' });
  const uploaded = await requestOver(second, { method: 'POST', target: '/archive/v1/files', body, headers: json });
  expect(uploaded.status).toBe(200);
  const expected = ['created', 'worked'].map((what) => JSON.stringify({ what, key: 'in/a' }));
  const logs = () => `${JSON.stringify([near!.received, far!.received])}\n${one.log()}\n${other.log()}`;
  await until(() => near!.received.length === 2 && far!.received.length === 2, logs);
  expect([near!.received, far!.received]).toEqual([expected, expected]);
  await far!.send(JSON.stringify({ say: 'hi' }));
  await until(() => far!.received.length === 3, logs);
  expect(near!.received).toHaveLength(2);

  const { code, tookMs } = await other.terminate();
  expect([code, far!.ended, near!.ended]).toEqual([0, 1001, undefined]);
  expect(tookMs).toBeLessThan(10_000);
  const topic = `projects/${project}/topics/archive-events/subscriptions`;
  const call = { method: 'GET', path: topic, repeatable: true } as const;
  const { subscriptions } = await restOf(engine.port, 'v1').call<{ subscriptions: readonly string[] }>(call);
  expect(subscriptions).toHaveLength(1);
}, 120_000);
