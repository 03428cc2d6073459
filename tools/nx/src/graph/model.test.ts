import type { ProjectGraph } from '@nx/devkit';
import { layout } from './layout.ts';
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
  },
  dependencies: {
    '@x/tasks': [
      { source: '@x/tasks', target: '@x/kernel', type: 'static' },
      { source: '@x/tasks', target: 'npm:zod', type: 'static' },
    ],
  },
};
const jobs = { kind: 'queue', name: 'jobs' };
const services = servicesIn('@x/tasks', {
  version: '1',
  tasks: {
    name: 'tasks',
    ports: { jobs },
    functions: { work: { trigger: { kind: 'message', port: jobs }, grants: { jobs: { port: jobs, right: 'send' } } } },
  },
});
const chart = chartOf(graph, services);

test('shows projects with their tags, and the ports and functions that a domain declares', () => {
  expect(chart.nodes.map(({ id, kind, detail, tags }) => [id, kind, detail, tags])).toEqual([
    ['@x/kernel', 'kernel', 'packages/kernel', ['type:kernel', 'cloud:any']],
    ['@x/tasks', 'domain', 'packages/tasks', ['type:domain', 'cloud:any', 'domain:tasks']],
    ['@x/tasks#function:work', 'function', 'on jobs', ['type:function', 'cloud:any', 'domain:tasks']],
    ['@x/tasks#port:jobs', 'port', 'queue', ['type:port', 'cloud:any', 'domain:tasks']],
  ]);
});

test('draws imports between projects, and the right of each function to a port', () => {
  expect(chart.edges.map(({ from, relation, to }) => `${from} ${relation} ${to}`)).toEqual([
    '@x/tasks imports @x/kernel',
    '@x/tasks declares @x/tasks#function:work',
    '@x/tasks#function:work send @x/tasks#port:jobs',
  ]);
});

test('places every box, none over another, in a page that loads nothing', () => {
  const { placed } = layout(chart);
  expect(new Set(placed.map(({ x, y }) => `${x} ${y}`)).size).toBe(chart.nodes.length);
  expect(renderChart(chart)).not.toMatch(/https?:|src=|@import/);
});
