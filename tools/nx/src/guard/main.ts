import { workspaceRoot } from '@nx/devkit';
import { loadProjectGraph } from '../project-graph.ts';
import { impureReach } from './closure.ts';
import { forbiddenEdges } from './edges.ts';
import { impureSources } from './sources.ts';

const graph = await loadProjectGraph();
const violations = [...forbiddenEdges(graph), ...impureReach(graph), ...impureSources(graph, workspaceRoot)];

for (const violation of violations) console.error(violation);
console.log(`boundaries: ${Object.keys(graph.nodes).length} projects, ${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
