import type { ProjectGraph } from '@nx/devkit';
import { allowedPackages, pureTypes } from '../lint/purity.ts';

/** Whatever a domain reaches, however far: impure projects, and npm packages outside the domains' list. */
export function impureReach(graph: ProjectGraph): string[] {
  const allowed = Object.keys(allowedPackages.domain);
  const pureTags = pureTypes.map((type) => `type:${type}`);
  return Object.values(graph.nodes)
    .filter(({ data }) => data.tags?.includes('type:domain'))
    .flatMap(({ name }) =>
      reached(graph, name).flatMap(([target, path]) => {
        const project = graph.nodes[target];
        const way = [name, ...path].join(' -> ');
        if (project) return project.data.tags?.some((tag) => pureTags.includes(tag)) ? [] : [`${way}: is not pure`];
        const npm = packageName(graph, target);
        return allowed.includes(npm) ? [] : [`${way}: domains may reach no npm package but ${allowed.join(', ')}`];
      }),
    );
}

/** Everything reachable from a project with the way to it, breadth first, so that the way is a shortest one. */
function reached(graph: ProjectGraph, start: string): [string, string[]][] {
  const ways = new Map<string, string[]>([[start, []]]);
  for (const [current, way] of ways) {
    for (const { target } of graph.dependencies[current] ?? []) {
      if (!ways.has(target) && !isForTests(graph, target)) ways.set(target, [...way, target]);
    }
  }
  ways.delete(start);
  return [...ways];
}

/** Nx does not tell a test's imports from its project's; these two are what tests of pure projects may use. */
function isForTests(graph: ProjectGraph, target: string): boolean {
  return ['fast-check', '@jest/globals'].includes(packageName(graph, target));
}

function packageName(graph: ProjectGraph, target: string): string {
  return graph.externalNodes?.[target as `npm:${string}`]?.data.packageName ?? target;
}
