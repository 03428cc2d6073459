import { compose } from '@portolan/composition';
import { channel, service, type Schema, type Sessions, type SocketSource } from '@portolan/kernel';
import { nodeEnvironment, systemAlarm } from '@portolan/node';
import { cloudRunChannelResources } from './channel-resources.ts';
import { cloudRunChannel, maxRunMessageBytes } from './cloud-run-channel.ts';

const anything: Schema<unknown> = { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } };

function composed(maxMessageBytes?: number) {
  const live = channel('live', { message: anything, ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }) });
  const environment = nodeEnvironment(systemAlarm());
  return compose(service('market', { live }, {}), 'gcp', { live: cloudRunChannel() }, { environment });
}

const before = process.env['GOOGLE_CLOUD_PROJECT'];
beforeAll(() => void (process.env['GOOGLE_CLOUD_PROJECT'] = 'my-project-1'));
afterAll(() => {
  if (before === undefined) delete process.env['GOOGLE_CLOUD_PROJECT'];
  else process.env['GOOGLE_CLOUD_PROJECT'] = before;
});

test('takes messages up to what Pub/Sub keeps in order, and refuses a port that asks for more', () => {
  expect(() => composed(maxRunMessageBytes)).not.toThrow();
  expect(() => composed(maxRunMessageBytes + 1)).toThrow(
    /port "live" asks for maxMessageBytes of 900001 bytes, but cloudRunChannel allows 900000 bytes; keep/,
  );
});

test('holds no sockets where no container serves them, and says what does', async () => {
  const { live } = await composed().contracts(['live']);
  const serving = (live as SocketSource).serve({} as Sessions, { path: '/live' });
  await expect(serving).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('serve the function with cloudRun()'),
  });
});

test('is built on a topic, and on a table of what stands', () => {
  expect(cloudRunChannelResources('market', { name: 'live' })).toEqual([{ kind: 'pubsub-topic', name: 'market-live' }]);
  expect([...composed().bindings.keys()]).toEqual(['live', 'live-presence']);
});
