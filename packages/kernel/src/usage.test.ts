import * as z from 'zod';
import { every, minutes, on, queue, service, table, usageOf } from './index.ts';
import { judgeUsage, recordUsage, simulate, type PortCall } from './testing/index.ts';

const rows = table('rows', { item: z.object({ id: z.string() }), key: ['id'] });
const jobs = queue('jobs', { message: z.object({ id: z.string() }) });
const example = service(
  'example',
  { rows, jobs },
  {
    work: on(jobs, { kept: rows.readWrite }, async ({ message }, { kept }) => {
      if ((await kept.get(message)) === undefined) await kept.put(message);
    }),
    scan: every(minutes(1), { rows: rows.read, jobs: jobs.send }, async (_tick, ports) => {
      await ports.jobs.send({ id: 'a' });
    }),
  },
);

test('tells from the declarations which function may do what with which port', () => {
  expect(usageOf(example)).toEqual({
    service: 'example',
    functions: [
      {
        function: 'work',
        trigger: 'message',
        uses: [
          { port: 'jobs', kind: 'queue', right: 'receive', methods: [] },
          { port: 'rows', kind: 'table', right: 'readWrite', methods: rows.readWrite.methods },
        ],
      },
      {
        function: 'scan',
        trigger: 'every',
        uses: [
          { port: 'rows', kind: 'table', right: 'read', methods: rows.read.methods },
          { port: 'jobs', kind: 'queue', right: 'send', methods: ['send', 'sendBatch'] },
        ],
      },
    ],
  });
  expect(JSON.parse(JSON.stringify(usageOf(example)))).toEqual(usageOf(example));
});

test('records what functions really call, under the names of function and port', async () => {
  const calls: PortCall[] = [];
  const { world } = await simulate(recordUsage(example, (call) => calls.push(call)));
  await world.advance(minutes(1) + 1_000);
  expect(calls).toEqual([
    { function: 'scan', port: 'jobs', method: 'send' },
    { function: 'work', port: 'rows', method: 'get' },
    { function: 'work', port: 'rows', method: 'put' },
  ]);
});

test('records a call of a method that was not granted, which fails', async () => {
  const calls: PortCall[] = [];
  const greedy = service(
    'greedy',
    { rows },
    {
      scan: every(minutes(1), { rows: rows.read }, async (_tick, ports) => {
        await (ports.rows as unknown as { put(item: object): Promise<void> }).put({ id: 'a' });
      }),
    },
  );
  const { world } = await simulate(recordUsage(greedy, (call) => calls.push(call)));
  await world.advance(minutes(1) + 1_000);
  expect(calls).toEqual([{ function: 'scan', port: 'rows', method: 'put' }]);
  expect(await world.open(rows).get({ id: 'a' })).toBeUndefined();
});

test('judges calls by the rights: what is never used, each half of those that hold two, and what was not granted', () => {
  const call = (name: string, port: string, method: string): PortCall => ({ function: name, port, method });
  const fitting = [
    call('work', 'rows', 'getMany'),
    call('work', 'rows', 'increment'),
    call('scan', 'rows', 'query'),
    call('scan', 'jobs', 'sendBatch'),
  ];
  expect(judgeUsage(example, fitting)).toEqual({ unused: [], undeclared: [] });
  expect(judgeUsage(example, fitting.slice(1, 3))).toEqual({
    unused: ['work: rows.read', 'scan: jobs.send'],
    undeclared: [],
  });
  // One function's right is not another's.
  const greedy = [call('scan', 'rows', 'put'), call('work', 'jobs', 'send'), call('scan', 'rows', 'put')];
  expect(judgeUsage(example, [...fitting, ...greedy])).toEqual({
    unused: [],
    undeclared: ['scan: rows.put', 'work: jobs.send'],
  });
});
