import { listAll, scheduling, send } from './testing/client.ts';
import { startPlatformProcess, temporaryFolder, type PlatformProcess } from './testing/platform-process.ts';

const open = new AsyncDisposableStack();
const folder = open.use(temporaryFolder());
let platform: PlatformProcess;

beforeAll(async () => {
  platform = open.use(await startPlatformProcess(folder.path));
}, 30_000);
afterAll(() => open.disposeAsync());

const target = { kind: 'webhook', url: 'http://127.0.0.1:9/' };
const later = { target, group: 'bulk', delayMs: 3_600_000 };
const idOf = (n: number): string => `bulk-${String(n).padStart(4, '0')}`;

test('a batch of 1,000 is taken within seconds, with a result for each; one bad task spoils no other', async () => {
  const tasks: object[] = Array.from({ length: 998 }, (_, n) => ({ ...later, id: idOf(n) }));
  tasks.push({ ...later, id: 'no good id!' }, { ...later, id: idOf(0), delayMs: 1 });
  const startedMs = performance.now();
  const { status, body } = await send(scheduling(platform.url, '/tasks/batch'), 'POST', { tasks });
  expect(performance.now() - startedMs).toBeLessThan(3_000);
  expect(status).toBe(200);
  const results = body.results as { status: string; task?: { id: string }; problem?: string }[];
  expect(results).toHaveLength(1_000);
  expect(results.slice(0, 998).map(({ status: one, task }) => [one, task?.id])).toEqual(
    Array.from({ length: 998 }, (_, n) => ['created', idOf(n)]),
  );
  expect(results.slice(998)).toMatchObject([
    { status: 'rejected', problem: 'invalid', errors: [{ field: 'body.tasks.998.id' }] },
    { status: 'rejected', problem: 'conflict' },
  ]);
}, 20_000);

test('the same batch again makes nothing anew', async () => {
  const tasks = Array.from({ length: 998 }, (_, n) => ({ ...later, id: idOf(n) }));
  const { body } = await send(scheduling(platform.url, '/tasks/batch'), 'POST', { tasks });
  expect(new Set((body.results as { status: string }[]).map(({ status }) => status))).toEqual(new Set(['existing']));
}, 20_000);

test.each(['', '&group=bulk', '&state=scheduled', '&group=bulk&state=scheduled'])(
  'pages of the list%s hold every task once, the newest first',
  async (query) => {
    const listed = await listAll(platform.url, query, 137);
    expect(listed.map(({ id }) => id).sort()).toEqual(Array.from({ length: 998 }, (_, n) => idOf(n)));
    const order = listed.map(({ createdAt, id }) => `${createdAt}~${id}`);
    expect(order).toEqual(order.toSorted().reverse());
  },
  20_000,
);

test('more than 1,000 at once are refused whole', async () => {
  const tasks = Array.from({ length: 1_001 }, () => later);
  const { status, type } = await send(scheduling(platform.url, '/tasks/batch'), 'POST', { tasks });
  expect([status, type]).toEqual([400, 'application/problem+json']);
  expect(await listAll(platform.url)).toHaveLength(998);
}, 20_000);
