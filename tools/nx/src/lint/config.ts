import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import type { ESLint } from 'eslint';
import { defineConfig, type Config } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { depConstraints } from './constraints.ts';
import { pureGlobals } from './pure-globals.ts';
import { pureImports } from './pure-imports.ts';
import { allowedInTesting, allowedPackages, allowedWorkspace, globalsInTesting } from './purity.ts';

const code = '*.{ts,tsx,mts,cts,js,mjs,cjs}';
const tests = ['**/*.test.ts'];

/** Folders of the pure projects; a package is a domain unless it is named otherwise. */
const pureFolders = {
  kernel: 'packages/kernel',
  composition: 'packages/composition',
  domain: 'packages/!(kernel|composition|conformance)',
} as const;

/**
 * The lint configuration of a workspace laid out like this one.
 *
 * @param root - Folder of the workspace. The fixtures that break the rules are linted as a workspace of their own.
 */
export function lintConfig(root: string): Config[] {
  return defineConfig(
    { ignores: ['**/node_modules/', '**/dist/', '.nx/', 'coverage/', '.portolan/', 'tools/nx/fixtures/'] },
    js.configs.recommended,
    tseslint.configs.recommended,
    { linterOptions: { reportUnusedDisableDirectives: 'error' } },
    {
      files: [`**/${code}`],
      // Nx still types its plugin for the older configuration format.
      plugins: { '@nx': nx as unknown as ESLint.Plugin },
      rules: {
        '@nx/enforce-module-boundaries': [
          'error',
          { depConstraints, banTransitiveDependencies: true, allowCircularSelfDependency: false },
        ],
        // The compiler reports these, and knows types.
        'no-undef': 'off',
        'no-redeclare': 'off',
        '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
        '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
        eqeqeq: 'error',
        'no-console': 'off',
      },
    },
    {
      files: ['{packages,adapters,apps}/**/*.ts'],
      rules: {
        'no-restricted-syntax': [
          'error',
          {
            selector:
              "ImportDeclaration[source.value='zod'] > :matches(ImportSpecifier[imported.name='z'], ImportDefaultSpecifier)",
            message: "Write `import * as z from 'zod'`: bundles then leave out what is not used, 350 KB of 450.",
          },
        ],
      },
    },
    ...(['kernel', 'composition', 'domain'] as const).flatMap((type) => purity(root, type)),
  );
}

function purity(root: string, type: keyof typeof pureFolders): Config[] {
  const folder = pureFolders[type];
  const packages = Object.keys(allowedPackages[type]).flatMap((name) => [name, `${name}/*`]);
  const allow = [...allowedWorkspace[type], ...packages];
  return [
    {
      files: [`${folder}/**/${code}`],
      ignores: tests,
      plugins: { portolan: { rules: { 'pure-globals': pureGlobals, 'pure-imports': pureImports } } },
      // A comment could switch these off; the guard refuses such a comment.
      rules: { 'portolan/pure-globals': 'error', 'portolan/pure-imports': ['error', { root, allow }] },
    },
    {
      files: [`${folder}/src/testing/**/${code}`],
      ignores: tests,
      rules: {
        'portolan/pure-globals': ['error', { also: Object.keys(globalsInTesting) }],
        'portolan/pure-imports': ['error', { root, allow: [...allow, ...allowedInTesting] }],
      },
    },
    {
      // Tests of pure code drive a virtual clock: nothing there waits, and nothing there is random without a seed.
      files: [`${folder}/**/*.test.ts`],
      rules: {
        'no-restricted-globals': ['error', 'setTimeout', 'setInterval', 'setImmediate'],
        'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
      },
    },
  ];
}
