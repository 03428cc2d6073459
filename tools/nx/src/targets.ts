import type { TargetConfiguration } from '@nx/devkit';
import { compiler } from './compiler.ts';
import type { Placement } from './placement.ts';

type Targets = Record<string, TargetConfiguration>;

const tsc = `node ${compiler}`;
const jest = 'node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js';

/**
 * The targets of a project: typecheck and test for all, build for what is shipped.
 *
 * @param has - Tells whether the project's folder holds a file.
 */
export function targetsOf(root: string, placement: Placement, has: (file: string) => boolean): Targets {
  const targets: Targets = {};
  // Where sources may know Node anyway, the tests' configuration sees all that theirs does; the build looks once more.
  const knowsNode = ['adapter', 'tool'].includes(placement.type) || (placement.type === 'app' && !has('index.html'));
  const alike = knowsNode && has('tsconfig.test.json');
  const tsconfigs = [...(alike ? [] : ['tsconfig.json']), 'tsconfig.test.json'].filter(has);
  if (tsconfigs.length > 0) {
    targets['typecheck'] = cached(tsconfigs.map((file) => `${tsc} -p ${root}/${file}`).join(' && '), [
      'sources',
      'tests',
    ]);
  }
  targets['test'] = cached(`${jest} --passWithNoTests ${root}/`, ['sources', 'tests']);

  return { ...targets, ...buildOf(root, placement, has) };
}

function buildOf(root: string, { type, cloud }: Placement, has: (file: string) => boolean): Targets {
  if (type === 'tool') return {};
  if (has('index.html')) {
    const build = { ...cached('vite build', ['sources']), options: { cwd: root }, outputs: ['{projectRoot}/dist'] };
    return { build };
  }
  if (type === 'app') {
    const main = ['src/main.ts', 'main.ts'].find(has);
    if (main === undefined) return {};
    return cloud === 'local' ? { build: serverBundle(root, main) } : artefact(root, main);
  }
  const build = {
    // Without the source condition, other packages are seen through their built types, as they will be once published.
    ...cached(`${tsc} -p ${root}/tsconfig.json --noEmit false --customConditions portolan-built`, ['sources']),
    dependsOn: ['^build'],
    outputs: ['{projectRoot}/dist'],
  };
  return { build };
}

/** A folder that a cloud takes as it is: the bundle, made small, and beside it what the cloud's runtime looks for. */
function artefact(root: string, main: string): Targets {
  const bundle = serverBundle(root, main);
  return {
    bundle: {
      ...bundle,
      options: {
        ...bundle.options,
        minify: true,
        // The first Azure's worker brings itself: no copy of it would find the worker. The other is a reader of a format that
        // Blob Storage is asked for by name only, and loaded then.
        external: ['@azure/functions-core', 'apache-arrow'],
        esbuildOptions: {
          ...bundle.options.esbuildOptions,
          // SDKs come as CommonJS and as modules; of modules, what is not used is left out.
          mainFields: ['module', 'main'],
          // Maps name the sources, which lie in the repository.
          sourcesContent: false,
        },
      },
    },
    build: {
      ...cached(`node tools/nx/src/artefact/main.ts ${root}`, [
        'sources',
        '{workspaceRoot}/tools/nx/src/artefact/**/*',
      ]),
      dependsOn: ['bundle'],
      outputs: [`{workspaceRoot}/dist/${root}`],
    },
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
