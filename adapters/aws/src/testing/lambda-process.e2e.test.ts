import { fileURLToPath } from 'node:url';
import { LambdaProcess } from './lambda-process.ts';

const taskRoot = fileURLToPath(new URL('./fixtures/echo', import.meta.url));
const start = (handler = 'main.echo') => new LambdaProcess({ taskRoot, handler, timeoutMs: 1_000 });

test('keeps a process from one event to the next, and tells it how much time is left', async () => {
  await using lambda = start();
  expect(await lambda.invoke({ n: 1 })).toMatchObject({ event: { n: 1 }, calls: 1 });
  const { calls, leftMs } = (await lambda.invoke({ n: 2 })) as { readonly calls: number; readonly leftMs: number };
  expect(calls).toBe(2);
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(1_000);
});

test('reports what a function throws, and that it has gone, or given no answer; then starts it again', async () => {
  await using lambda = start();
  await expect(lambda.invoke({ how: 'throw' })).rejects.toMatchObject({ errorType: 'TypeError' });
  await expect(lambda.invoke({ how: 'die' })).rejects.toThrow('Runtime exited with code 3');
  await expect(lambda.invoke({ how: 'hang' })).rejects.toThrow('Task timed out after 1.00 seconds');
  expect(await lambda.invoke({ n: 1 })).toMatchObject({ calls: 1 });
});

test('reports a handler that is not there', async () => {
  await using lambda = start('main.nothing');
  await expect(lambda.invoke({})).rejects.toThrow('main.nothing is undefined or not exported');
});
