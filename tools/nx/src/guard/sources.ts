import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectGraph } from '@nx/devkit';
import ts from 'typescript';
import { allowedInTesting, allowedPackages, allowedWorkspace } from '../lint/purity.ts';

type PureType = keyof typeof allowedPackages;

/**
 * What the files and manifests of pure projects name beyond the lists. ESLint checks the same list on the syntax tree;
 * this reads with the compiler's own scanner and looks at every file, whatever the lint configuration leaves out.
 */
export function impureSources({ nodes }: ProjectGraph, workspaceRoot: string): string[] {
  return Object.values(nodes).flatMap(({ name, data }) => {
    const type = (Object.keys(allowedPackages) as PureType[]).find((type) => data.tags?.includes(`type:${type}`));
    if (type === undefined) return [];
    const folder = join(workspaceRoot, data.root);
    return [
      ...undeclarable(name, type, readFileSync(join(folder, 'package.json'), 'utf8')),
      ...globSync('**/*.{ts,tsx,mts,cts,js,mjs,cjs}', { cwd: folder, exclude: ['dist', 'node_modules'] })
        .filter((file) => !file.endsWith('.test.ts'))
        .flatMap((file) => refusedIn(`${data.root}/${file}`, type, readFileSync(join(folder, file), 'utf8'))),
    ];
  });
}

function refusedIn(file: string, type: PureType, text: string): string[] {
  const inTesting = file.split('/').includes('testing');
  const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(text, true, true);
  const named = [...importedFiles, ...typeReferenceDirectives].map(({ fileName }) => fileName);
  const refused = named.filter(
    (specifier) =>
      !/^\.\.?\//.test(specifier) &&
      !allowedWorkspace[type].includes(specifier) &&
      !(inTesting && type === 'domain' && allowedInTesting.includes(specifier)) &&
      !Object.keys(allowedPackages[type]).some((npm) => specifier === npm || specifier.startsWith(`${npm}/`)),
  );
  return [
    ...refused.map((specifier) => `${file}: imports "${specifier}", which is on no list of pure code`),
    ...switchesOff(text).map((comment) => `${file}: "${comment}" would switch a boundary off`),
  ];
}

/** Comments that disable lint altogether, or the rules that keep pure code pure. */
function switchesOff(text: string): string[] {
  return [...text.matchAll(/eslint(?:-disable(?:-next-line|-line)?)?(?=[\s*]).*/g)]
    .map(([comment]) => comment)
    .filter((comment) => comment.startsWith('eslint-disable') || /^eslint\s+\S+\s*:/.test(comment))
    .filter((comment) => !/^eslint-disable\S*\s+[a-z@]/.test(comment) || /portolan\/|@nx\//.test(comment));
}

/** A manifest's dependencies are a promise too: what it declares, its code can start to use unseen. */
function undeclarable(name: string, type: PureType, manifest: string): string[] {
  const { dependencies = {}, peerDependencies = {} } = JSON.parse(manifest) as Record<string, Record<string, string>>;
  const allowed = [...allowedWorkspace[type], ...Object.keys(allowedPackages[type])];
  return Object.keys({ ...dependencies, ...peerDependencies })
    .filter((dependency) => !allowed.includes(dependency))
    .map((dependency) => `${name}: declares ${dependency}; may declare ${allowed.join(', ') || 'nothing'}`);
}
