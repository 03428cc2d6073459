import { scheduling } from '@portolan/scheduling';
import { generateSecret } from '@portolan/webhook';

// Outside of the Functions host the library says of each function that it registers nothing.
const { warn } = console;
beforeEach(() => (console.warn = () => {}));
afterEach(() => (console.warn = warn));

test('registers every function of the service, and the sweeps of its tables', async () => {
  process.env['PORTOLAN_WEBHOOK_SECRET'] = generateSecret();
  const { bindings, functions } = await import('./main.ts');
  expect(functions.map(({ name, source }) => [name, source.kind])).toEqual([
    ['api', 'http'],
    ['wake', 'storage-queue'],
    ['sweep', 'timer'],
    ...['tasks', 'groups', 'dead-letters', 'stats', 'wakeups-standing', 'events-parked'].map((table) => [
      `${table}-sweep`,
      'timer',
    ]),
  ]);
  expect(Object.keys(bindings).sort()).toEqual(Object.keys(scheduling.ports).sort());
});

test('does not start without the secret that webhooks are signed with, and says so', async () => {
  delete process.env['PORTOLAN_WEBHOOK_SECRET'];
  await expect(import('./main.ts?again' as string)).rejects.toThrow('PORTOLAN_WEBHOOK_SECRET is not set');
});
