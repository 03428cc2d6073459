import { pricing } from '@portolan/pricing';

test('exports a handler for each function of the service', async () => {
  const { bindings, ...handlers } = await import('./main.ts');
  expect(Object.keys(handlers).sort()).toEqual(Object.keys(pricing.functions).sort());
  for (const handler of Object.values(handlers)) expect(handler).toBeInstanceOf(Function);
  expect(Object.keys(bindings).sort()).toEqual(Object.keys(pricing.ports).sort());
});
