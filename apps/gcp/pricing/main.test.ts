import { pricing } from '@portolan/pricing';
import { bindings } from './bindings.ts';

test('binds every port of the service', () => {
  expect(Object.keys(bindings).sort()).toEqual(Object.keys(pricing.ports).sort());
});

test('does not serve without knowing in whose name its functions are called, and says so', async () => {
  Object.assign(process.env, { PORT: '0', GOOGLE_CLOUD_PROJECT: 'portolan-test', GOOGLE_CLOUD_REGION: 'europe-west1' });
  delete process.env['PORTOLAN_INVOKER'];
  const { server } = await import('./main.ts');
  await expect(server).rejects.toThrow('PORTOLAN_INVOKER must be the email of the service account');
});
