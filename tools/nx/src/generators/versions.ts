import { readJson, type Tree } from '@nx/devkit';
import { GenerateError } from './names.ts';

/** The range of a library that the kernel is tested with, so that what is generated adds no second version of it. */
export function versionOf(tree: Tree, library: string): string {
  const manifest = readJson<{ readonly devDependencies: Readonly<Record<string, string>> }>(
    tree,
    'packages/kernel/package.json',
  );
  const range = manifest.devDependencies[library];
  if (range === undefined) throw new GenerateError(`packages/kernel/package.json names no version of ${library}`);
  return range;
}
