import type { ProjectGraph } from '@nx/devkit';
import { on, queue, service, type Schema } from '@portolan/kernel';
import { layout } from './layout.ts';
import { bindingsIn } from './bindings.ts';
import { chartOf } from './model.ts';
import { servicesIn } from './ports.ts';
import { renderChart } from './render.ts';

const project = (name: string, root: string, tags: string[]) => ({
  [name]: { name, type: 'lib' as const, data: { root, tags } },
});
const graph: ProjectGraph = {
  nodes: {
    ...project('@x/kernel', 'packages/kernel', ['type:kernel', 'cloud:any']),
    ...project('@x/tasks', 'packages/tasks', ['type:domain', 'cloud:any', 'domain:tasks', 'npm:public']),
    ...project('@x/moon', 'adapters/moon', ['type:adapter', 'cloud:aws']),
    ...project('moon-tasks', 'apps/aws/tasks', ['type:app', 'cloud:aws', 'domain:tasks']),
  },
  dependencies: {
    '@x/tasks': [
      { source: '@x/tasks', target: '@x/kernel', type: 'static' },
      { source: '@x/tasks', target: 'npm:zod', type: 'static' },
    ],
  },
};
const anything: Schema<unknown> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) },
};
const jobs = queue('jobs', { message: anything });
const services = servicesIn('@x/tasks', {
  version: '1',
  tasks: service('tasks', { jobs }, { work: on(jobs, { jobs: jobs.send }, async () => {}) }),
});
const adapters = [
  { project: '@x/moon', name: 'moonQueue', kind: 'queue', cloud: 'aws', guarantees: ['delay'] },
  { project: '@x/moon', name: 'anyQueue', kind: 'queue', cloud: 'any', guarantees: [] },
] as const;
const bindings = [{ project: 'moon-tasks', port: 'jobs', adapter: 'moonQueue' }];
const chart = chartOf(graph, { services, adapters, bindings });

test('tells apart projects by their tags, the ports and functions of a domain, and the adapters of a package', () => {
  expect(chart.nodes.map(({ id, kind, detail, tags }) => [id, kind, detail, tags])).toEqual([
    ['@x/kernel', 'kernel', 'packages/kernel', ['type:kernel', 'cloud:any']],
    ['@x/tasks', 'domain', 'packages/tasks', ['type:domain', 'cloud:any', 'domain:tasks']],
    ['@x/moon', 'adapter', 'adapters/moon', ['type:adapter', 'cloud:aws']],
    ['moon-tasks', 'app', 'apps/aws/tasks', ['type:app', 'cloud:aws', 'domain:tasks']],
    ['@x/tasks#function:work', 'function', 'on jobs', ['type:function', 'cloud:any', 'domain:tasks']],
    ['@x/tasks#port:jobs', 'port', 'queue', ['type:port', 'cloud:any', 'domain:tasks']],
    ['@x/moon#adapter:moonQueue', 'factory', 'queue, delay', ['type:factory', 'cloud:aws']],
    ['@x/moon#adapter:anyQueue', 'factory', 'queue', ['type:factory', 'cloud:any']],
  ]);
});

test('draws imports, the right of each function to a port, and what each app binds', () => {
  expect(chart.edges.map(({ from, relation, to }) => `${from} ${relation} ${to}`)).toEqual([
    '@x/tasks imports @x/kernel',
    '@x/tasks declares @x/tasks#function:work',
    '@x/tasks#function:work receive @x/tasks#port:jobs',
    '@x/tasks#function:work send @x/tasks#port:jobs',
    '@x/moon offers @x/moon#adapter:moonQueue',
    '@x/moon offers @x/moon#adapter:anyQueue',
    'moon-tasks binds jobs @x/moon#adapter:moonQueue',
  ]);
});

test('lists the adapters of each kind and cloud, which of them each app binds, and the methods of each right', () => {
  expect(chart.support).toEqual({
    queue: { aws: [{ adapter: 'moonQueue', guarantees: ['delay'] }], any: [{ adapter: 'anyQueue', guarantees: [] }] },
  });
  expect(chart.rights.map(({ function: name, right, methods }) => [name, right, methods])).toEqual([
    ['work', 'receive', []],
    ['work', 'send', ['send', 'sendBatch']],
  ]);
  expect(chart.bound).toEqual([{ domain: 'tasks', cloud: 'aws', port: 'jobs', adapter: 'moonQueue' }]);
  expect(renderChart(chart)).toContain('<td>moonQueue <small>delay</small></td>');
});

test('reads what a composition root binds, but not what an adapter is built on', () => {
  const root = `
    export const bindings = { jobs: moonQueue({ retries: 1 }), 'dead-letters': plainTable(), clock: systemClock(),
      alarms: laidTimer({ table: plainTable(), queue: moonQueue() }) };`;
  expect(bindingsIn(root, new Set(['moonQueue', 'plainTable', 'laidTimer']))).toEqual([
    { port: 'jobs', adapter: 'moonQueue' },
    { port: 'dead-letters', adapter: 'plainTable' },
    { port: 'alarms', adapter: 'laidTimer' },
  ]);
});

test('places every box, none over another, in a page that loads nothing', () => {
  const { placed } = layout(chart);
  expect(new Set(placed.map(({ x, y }) => `${x} ${y}`)).size).toBe(chart.nodes.length);
  expect(renderChart(chart)).not.toMatch(/https?:|src=|@import/);
});
