import type { TargetConfiguration } from '@nx/devkit';
import type { Placement } from './placement.ts';

type Targets = Record<string, TargetConfiguration>;

const jest = 'node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js';

/**
 * The targets of a project: typecheck and test for all, build for what is shipped.
 *
 * @param has - Tells whether the project's folder holds a file.
 */
export function targetsOf(root: string, placement: Placement, has: (file: string) => boolean): Targets {
  const targets: Targets = {};
  const tsconfigs = ['tsconfig.json', 'tsconfig.test.json'].filter(has);
  if (tsconfigs.length > 0) {
    targets['typecheck'] = cached(tsconfigs.map((file) => `tsc -p ${root}/${file}`).join(' && '), ['sources', 'tests']);
  }
  targets['test'] = cached(`${jest} --passWithNoTests ${root}/`, ['sources', 'tests']);

  const build = buildOf(root, placement, has);
  return build ? { ...targets, build } : targets;
}

function buildOf(root: string, { type }: Placement, has: (file: string) => boolean): TargetConfiguration | undefined {
  if (type === 'tool') return undefined;
  if (has('index.html')) {
    return { ...cached('vite build', ['sources']), options: { cwd: root }, outputs: ['{projectRoot}/dist'] };
  }
  if (type === 'app') {
    const main = ['src/main.ts', 'main.ts'].find(has);
    return main === undefined ? undefined : serverBundle(root, main);
  }
  return {
    // Without the source condition, other packages are seen through their built types, as they will be once published.
    ...cached(`tsc -p ${root}/tsconfig.json --noEmit false --customConditions portolan-built`, ['sources']),
    dependsOn: ['^build'],
    outputs: ['{projectRoot}/dist'],
  };
}

/** One CommonJS file with everything in it: on a cold start, built-ins load in a third of the time they take as ESM. */
function serverBundle(root: string, main: string): TargetConfiguration {
  return {
    executor: '@nx/esbuild:esbuild',
    cache: true,
    inputs: ['sources', '^sources', 'toolchain'],
    outputs: ['{options.outputPath}'],
    options: {
      main: `${root}/${main}`,
      outputPath: `dist/${root}`,
      outputFileName: 'main.cjs',
      tsConfig: `${root}/tsconfig.json`,
      platform: 'node',
      target: 'node22',
      format: ['cjs'],
      bundle: true,
      thirdParty: true,
      metafile: true,
      sourcemap: true,
      // The typecheck target has done it, with the faster compiler.
      skipTypeCheck: true,
      declaration: false,
      generatePackageJson: false,
      esbuildOptions: {
        conditions: ['@portolan/source'],
        outExtension: { '.js': '.cjs' },
        // CommonJS has no import.meta; these are the parts of it that apps use, by the names they have there.
        define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
      },
    },
  };
}

function cached(command: string, own: string[]): TargetConfiguration {
  return { command, cache: true, inputs: [...own, '^sources', 'toolchain'] };
}
