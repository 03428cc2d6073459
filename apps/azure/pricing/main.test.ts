import { pricing } from '@portolan/pricing';

// Outside of the Functions host the library says of each function that it registers nothing.
const { warn } = console;
beforeEach(() => (console.warn = () => {}));
afterEach(() => (console.warn = warn));

test('registers every function of the service, and the sweeps of its tables', async () => {
  const { bindings, functions } = await import('./main.ts');
  const registered = new Map(functions.map(({ name, source }) => [name, source.kind]));
  expect(Object.keys(pricing.functions).map((name) => [name, registered.get(name)])).toEqual([
    ['api', 'http'],
    ['live', 'webhook'],
    ['close', 'timer'],
    ['archive', 'storage-queue'],
    ['retire', 'timer'],
  ]);
  const tables = Object.entries(pricing.ports).filter(([, { kind }]) => kind === 'table');
  for (const [table] of tables) expect([table, registered.get(`${table}-sweep`)]).toEqual([table, 'timer']);
  expect(Object.keys(bindings).sort()).toEqual(Object.keys(pricing.ports).sort());
});
