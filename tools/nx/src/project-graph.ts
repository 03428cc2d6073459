import { createProjectGraphAsync, type ProjectGraph } from '@nx/devkit';

/** Reads the workspace into Nx's project graph, and leaves it in the cache where the lint rule looks for it. */
export async function loadProjectGraph(): Promise<ProjectGraph> {
  // Nx's command line reads this from .env; a script that calls Nx as a library does not.
  process.env['NX_ISOLATE_PLUGINS'] ??= 'false';
  process.env['NX_DAEMON'] ??= 'false';
  return createProjectGraphAsync({ exitOnError: false });
}
