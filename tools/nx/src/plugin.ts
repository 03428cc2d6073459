import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createNodesFromFiles, type CreateNodesV2, type ProjectConfiguration } from '@nx/devkit';
import { placementOf, tagsOf } from './placement.ts';
import { targetsOf } from './targets.ts';

/** Nx plugin: every project's name, tags and targets follow from where its folder stands, so none has a project.json. */
export const name = '@portolan/nx';

/** One project for each package.json below the four areas of the workspace. */
export const createNodesV2: CreateNodesV2 = [
  '{packages/*,adapters/*,apps/*,apps/*/*,tools/*}/package.json',
  (files, options, context) =>
    createNodesFromFiles(
      (file) => {
        const root = dirname(file);
        return { projects: { [root]: inferProject(root, context.workspaceRoot) } };
      },
      files,
      options,
      context,
    ),
];

/** What Nx is told about the project in one folder. */
export function inferProject(root: string, workspaceRoot: string): ProjectConfiguration {
  const placement = placementOf(root);
  const has = (file: string) => existsSync(join(workspaceRoot, root, file));
  const manifest = JSON.parse(readFileSync(join(workspaceRoot, root, 'package.json'), 'utf8')) as { name: string };
  return {
    name: manifest.name,
    root,
    sourceRoot: has('src') ? `${root}/src` : root,
    projectType: placement.type === 'app' ? 'application' : 'library',
    tags: tagsOf(placement),
    targets: targetsOf(root, placement, has),
  };
}
