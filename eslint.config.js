import { lintConfig } from './tools/nx/src/lint/config.ts';
import { loadProjectGraph } from './tools/nx/src/project-graph.ts';

// The boundary rule passes silently when Nx has no graph in its cache, so the graph is brought up to date first.
await loadProjectGraph();

export default lintConfig(import.meta.dirname);
