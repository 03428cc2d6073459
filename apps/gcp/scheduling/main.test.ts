import { generateSecret } from '@portolan/webhook';
import { scheduling } from '@portolan/scheduling';

test('exports a function of the Functions Framework for each function of the service', async () => {
  process.env['PORTOLAN_WEBHOOK_SECRET'] = generateSecret();
  const { bindings, ...functions } = await import('./main.ts');
  expect(Object.keys(functions).sort()).toEqual(Object.keys(scheduling.functions).sort());
  for (const fn of Object.values(functions)) expect(fn).toBeInstanceOf(Function);
  expect(Object.keys(bindings).sort()).toEqual(Object.keys(scheduling.ports).sort());
});

test('does not start without the secret that webhooks are signed with, and says so', async () => {
  delete process.env['PORTOLAN_WEBHOOK_SECRET'];
  await expect(import('./main.ts?again' as string)).rejects.toThrow('PORTOLAN_WEBHOOK_SECRET is not set');
});
