import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { workspaceRoot } from '@nx/devkit';
import { loadProjectGraph } from '../project-graph.ts';
import { readAdapters } from './adapters.ts';
import { readBindings } from './bindings.ts';
import { chartOf } from './model.ts';
import { readServices } from './ports.ts';
import { renderChart } from './render.ts';

const folder = 'dist/graph';
mkdirSync(`${workspaceRoot}/${folder}`, { recursive: true });

for (const file of ['nx.html', 'nx.json']) {
  const { status } = spawnSync('nx', ['graph', `--file=${folder}/${file}`], { cwd: workspaceRoot, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const graph = await loadProjectGraph();
const adapters = readAdapters(graph, workspaceRoot);
const bindings = readBindings(graph, workspaceRoot, new Set(adapters.map(({ name }) => name)));
const chart = chartOf(graph, { services: await readServices(graph, workspaceRoot), adapters, bindings });
writeFileSync(`${workspaceRoot}/${folder}/chart.json`, `${JSON.stringify(chart, null, 2)}\n`);
writeFileSync(`${workspaceRoot}/${folder}/chart.html`, renderChart(chart));
console.log(`${folder}: chart.html and chart.json (annotated), nx.html and nx.json (as Nx draws it)`);
