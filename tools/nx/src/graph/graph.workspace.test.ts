import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchWorkspace, type ScratchWorkspace } from '../generators/testing/scratch-workspace.ts';
import { portKinds } from '../port-kinds.ts';
import type { Chart, ChartNode } from './model.ts';

// What `npm run graph` says of this workspace, as architects would question it.
let scratch: ScratchWorkspace;
let chart: Chart;

beforeAll(() => {
  scratch = scratchWorkspace();
  scratch.run('node', '--conditions=@portolan/source', 'tools/nx/src/graph/main.ts');
  chart = JSON.parse(readFileSync(join(scratch.folder, 'dist/graph/chart.json'), 'utf8')) as Chart;
});

afterAll(() => scratch[Symbol.dispose]());

const nodesOf = (kind: ChartNode['kind']) => chart.nodes.filter((node) => node.kind === kind);
const clouds = ['local', 'aws', 'azure', 'gcp'] as const;

test('has an adapter for each kind of port, on each cloud or on any', () => {
  const missing = clouds.flatMap((cloud) =>
    portKinds.filter((kind) => {
      const { [cloud]: here = [], any = [] } = chart.support[kind] ?? {};
      return here.length + any.length === 0;
    }),
  );
  expect(missing).toEqual([]);
});

test('binds every port of a domain once in each of its apps, to an adapter of its kind that runs there', () => {
  const roots = nodesOf('app').filter(({ domain }) => domain !== undefined);
  expect(new Set(roots.map(({ cloud }) => cloud))).toEqual(new Set(['aws', 'azure', 'gcp']));
  for (const { id, domain, cloud } of roots) {
    const ports = new Map(nodesOf('port').map((port) => [port.domain === domain ? port.label : '', port.detail]));
    ports.delete('');
    const bound = chart.bound.filter((one) => one.domain === domain && one.cloud === cloud);
    expect([id, ...bound.map(({ port }) => port).sort()]).toEqual([id, ...[...ports.keys()].sort()]);
    for (const { port, adapter } of bound) {
      const { [cloud]: here = [], any = [] } = chart.support[ports.get(port)!] ?? {};
      expect([...here, ...any].map((one) => one.adapter)).toContain(adapter);
    }
  }
});

test('names every right of every function, and lets none but its own methods through', () => {
  const functions = nodesOf('function').map(({ label, domain }) => `${domain}.${label}`);
  expect(functions).toEqual(expect.arrayContaining(['scheduling.api', 'scheduling.wake', 'scheduling.sweep']));
  const granted = new Map(
    chart.rights.map(({ service, function: name, port, right, methods }) => [
      `${service}.${name} ${port} ${right}`,
      methods,
    ]),
  );
  expect(granted.get('scheduling.wake wakeups receive')).toEqual([]);
  expect(granted.get('scheduling.api wakeups set')).toEqual(['set', 'cancel']);
});

test('keeps clouds apart: no line leads from one to another', () => {
  const cloudOf = new Map(chart.nodes.map(({ id, cloud }) => [id, cloud]));
  const crossing = chart.edges.filter(({ from, to }) => {
    const [here, there] = [cloudOf.get(from), cloudOf.get(to)];
    return there !== 'any' && here !== there && !tools.has(from);
  });
  expect(crossing).toEqual([]);
});

const tools = { has: (id: string) => nodesOf('tool').some((node) => node.id === id) };
