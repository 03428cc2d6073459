import type { ProjectGraph } from '@nx/devkit';
import { constraintsFor } from '../lint/constraints.ts';

/** Dependencies between projects, and from projects to clouds' packages, that the tags forbid. */
export function forbiddenEdges({ nodes, externalNodes = {}, dependencies }: ProjectGraph): string[] {
  return Object.values(nodes).flatMap(({ name, data: { tags = [] } }) => {
    const constraints = constraintsFor(tags);
    if (constraints.length === 0) return [`${name}: no boundary rule fits its tags (${tags.join(', ')})`];
    return (dependencies[name] ?? []).flatMap(({ target }) =>
      constraints.flatMap((constraint) => {
        const source = 'sourceTag' in constraint ? constraint.sourceTag : constraint.allSourceTags.join(' + ');
        const npm = externalNodes[target as keyof typeof externalNodes]?.data.packageName;
        if (npm !== undefined) {
          const banned = constraint.bannedExternalImports?.find((pattern) => covers(pattern, npm));
          return banned === undefined ? [] : [`${name} -> ${npm}: ${source} may not use ${banned}`];
        }
        const allowed = constraint.onlyDependOnLibsWithTags;
        const targetTags = nodes[target]?.data.tags ?? [];
        if (allowed === undefined || allowed.includes('*') || allowed.some((tag) => targetTags.includes(tag)))
          return [];
        const may = allowed.length === 0 ? 'no other project' : `only ${allowed.join(', ')}`;
        return [`${name} -> ${target}: ${source} may use ${may}`];
      }),
    );
  });
}

function covers(pattern: string, name: string): boolean {
  return pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
