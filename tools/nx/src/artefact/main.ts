// Completes the artefact of a cloud app: writes what its runtime looks for beside the bundle.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { placementOf } from '../placement.ts';
import { runtimeFiles } from './runtime-files.ts';

const root = process.argv[2] ?? '';
const { cloud } = placementOf(root);
const folder = join('dist', root);
if (!existsSync(join(folder, 'main.cjs'))) {
  console.error(`${folder} has no main.cjs: build it with nx, which bundles first`);
  process.exit(1);
}
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly version: string;
};
const framework = JSON.parse(readFileSync('node_modules/@google-cloud/functions-framework/package.json', 'utf8')) as {
  readonly version: string;
};
const container = bundles('adapters/gcp/src/host/cloud-run.ts');
const files = runtimeFiles(cloud, { name, version, container, functionsFramework: framework.version });
for (const [file, content] of Object.entries(files)) {
  writeFileSync(join(folder, file), `${JSON.stringify(content, null, 2)}\n`);
}

/** Whether something of a source is in the bundle; what is only imported and never used is not. */
function bundles(source: string): boolean {
  const { outputs } = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as {
    readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, object>> }>>;
  };
  return Object.values(outputs).some(({ inputs }) => source in inputs);
}
