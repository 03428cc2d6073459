import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startWebhookReceiver } from './receiver/webhook-receiver.ts';
import { eventually, listAll, scheduling, send } from './testing/client.ts';
import { startPlatformProcess, temporaryFolder } from './testing/platform-process.ts';

/** A receiver that answers only when it is told to. */
async function patientReceiver(dataFolder: string) {
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const receiver = await startWebhookReceiver(
    () => readFileSync(join(dataFolder, 'webhook-secret'), 'utf8').trim(),
    async () => {
      arrived.resolve();
      await release.promise;
      return { status: 204 };
    },
  );
  return { receiver, arrived: arrived.promise, release: release.resolve };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets a webhook under way finish and be recorded, and ends with 0',
  async (signal) => {
    using folder = temporaryFolder();
    const { receiver, arrived, release } = await patientReceiver(folder.path);
    await using _receiver = receiver;
    await using platform = await startPlatformProcess(folder.path);
    const task = { id: 'under-way', delayMs: 0, target: { kind: 'webhook', url: `${receiver.url}/` } };
    expect((await send(scheduling(platform.url, '/tasks'), 'POST', task)).status).toBe(201);
    await arrived;
    const stopped = platform.stop(signal);
    await platform.saw(/Stopping…/);
    release();
    expect(await stopped).toMatchObject({ code: 0, signal: null, stderr: '' });

    await using again = await startPlatformProcess(folder.path);
    expect((await send(scheduling(again.url, '/tasks/under-way'))).body).toMatchObject({
      state: 'succeeded',
      runs: [{ state: 'succeeded', attempts: 1 }],
    });
    expect(receiver.hooks).toHaveLength(1);
  },
  30_000,
);

test('who asks twice does not wait for what is under way', async () => {
  using folder = temporaryFolder();
  const { receiver, arrived, release } = await patientReceiver(folder.path);
  await using _receiver = receiver;
  await using platform = await startPlatformProcess(folder.path);
  const task = { delayMs: 0, target: { kind: 'webhook', url: `${receiver.url}/` } };
  await send(scheduling(platform.url, '/tasks'), 'POST', task);
  await arrived;
  platform.kill('SIGINT');
  await platform.saw(/Stopping…/);
  expect(await platform.stop('SIGINT')).toMatchObject({ code: 130 });
  release();
}, 30_000);

test('a restart serves the same tasks under the same secret, and delivers what came due meanwhile', async () => {
  using folder = temporaryFolder();
  const { receiver, arrived, release } = await patientReceiver(folder.path);
  await using _receiver = receiver;
  release();
  const target = { kind: 'webhook', url: `${receiver.url}/` };
  await using first = await startPlatformProcess(folder.path);
  const secret = readFileSync(join(folder.path, 'webhook-secret'), 'utf8');
  const at = Date.now() + 1_000;
  const due = { id: 'due', at: new Date(at).toISOString(), target };
  await send(scheduling(first.url, '/tasks'), 'POST', due);
  await send(scheduling(first.url, '/tasks'), 'POST', { id: 'far', delayMs: 3_600_000, target });
  const before = await listAll(first.url);
  expect(await first.stop('SIGTERM')).toMatchObject({ code: 0 });
  expect(receiver.hooks).toEqual([]);

  await receiver.until(() => false, Math.max(0, at - Date.now()));
  await using second = await startPlatformProcess(folder.path);
  await arrived;
  expect(readFileSync(join(folder.path, 'webhook-secret'), 'utf8')).toBe(secret);
  const after = await eventually(
    () => listAll(second.url),
    (tasks) => tasks.some(({ state }) => state === 'succeeded'),
  );
  expect(after.map(({ id, state }) => [id, state])).toEqual([
    ['far', 'scheduled'],
    ['due', 'succeeded'],
  ]);
  expect(after[0]).toEqual(before[0]);
  expect(receiver.hooks).toMatchObject([{ task: 'due', scheduledAt: at, signed: true, accepted: true }]);
}, 30_000);
