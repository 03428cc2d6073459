import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compiler } from '../compiler.ts';
import { scratchFolder, scratchWorkspace, type ScratchWorkspace } from './testing/scratch-workspace.ts';

// The guide, followed to the letter outside of the repository: packages as they would be published, an empty folder, and
// the guide's own code. Nothing is downloaded: libraries are packed from where they are installed.
const root = join(import.meta.dirname, '../../../..');
const packages = ['kernel', 'composition', 'conformance'].map((name) => `packages/${name}`);
let scratch: ScratchWorkspace;
let folder: string;

beforeAll(() => {
  scratch = scratchWorkspace();
  scratch.run('nx', 'run-many', '-t', 'build', '-p', packages.map(nameOf).join(','));
  const packed = join(scratch.folder, 'packed');
  mkdirSync(packed);
  const folders = [
    ...packages.map((path) => join(scratch.folder, path)),
    ...libraries(packages.map((path) => join(root, path))),
  ];
  const files = scratch.run('npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', packed, ...folders);

  folder = scratchFolder('outside');
  writeFileSync(join(folder, 'package.json'), '{ "name": "sqlite-table", "private": true, "type": "module" }');
  for (const [file, code] of guideFiles()) writeFileSync(join(folder, file), code);
  const tarballs = files
    .trim()
    .split('\n')
    .map((file) => join(packed, file));
  const cache = `--cache=${join(scratch.folder, 'npm-cache')}`;
  scratch.run('npm', 'install', '--prefix', folder, '--offline', cache, '--ignore-scripts', '--no-audit', ...tarballs);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
  scratch[Symbol.dispose]();
});

test('installs the packages with everything they need, and nothing of the repository', () => {
  for (const path of packages) {
    const manifest = join(folder, 'node_modules', nameOf(path), 'package.json');
    expect(existsSync(manifest)).toBe(true);
    expect(existsSync(join(dirname(manifest), 'src'))).toBe(false);
  }
});

test('type-checks against the published types', () => {
  const options =
    '--module nodenext --target es2024 --lib es2024,esnext.disposable --strict --noEmit --skipLibCheck false';
  const more = `--allowImportingTsExtensions --erasableSyntaxOnly --types node --typeRoots ${scratch.folder}/node_modules/@types`;
  const files = [...guideFiles().keys()].map((file) => join(folder, file));
  scratch.run('node', compiler, ...`${options} ${more}`.split(' '), ...files);
});

test('passes the suite and the model with the adapter of the guide', () => {
  const { output, status } = runSuite();
  expect(output).toMatch(/^# fail 0$/m);
  // The guide says so.
  expect(Number(/^# pass (\d+)$/m.exec(output)?.[1])).toBeGreaterThan(100);
  expect(status).toBe(0);
});

test('fails with an adapter that breaks a promise, and names the promise', () => {
  const file = join(folder, 'rows.ts');
  const right = readFileSync(file, 'utf8');
  const wrong = right.replace('stored?.version === condition.version', 'true');
  expect(wrong).not.toBe(right);
  writeFileSync(file, wrong);
  const { output, status } = runSuite();
  expect(status).toBe(1);
  for (const line of guide().matchAll(/^not ok .*$/gm)) expect(output).toContain(line[0]);
});

function runSuite(): { readonly output: string; readonly status: number | null } {
  // Where the machine has a disk in memory: what is tested here is not the disk.
  const place = existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {};
  // The same random commands in each run, so that a wrong adapter cannot get away with it by luck.
  const seed = { PORTOLAN_PROPERTY_SEED: '1' };
  const { stdout, status } = spawnSync(
    join(scratch.folder, 'node_modules/.bin/node'),
    ['--import', './globals.ts', '--test', '--test-reporter=tap', 'sqlite-table.test.ts'],
    { cwd: folder, encoding: 'utf8', env: { ...scratch.environment, ...place, ...seed } },
  );
  return { output: stdout, status };
}

const guide = (): string => readFileSync(join(root, 'docs/guides/write-an-adapter.md'), 'utf8');

/** The code of the guide, by the file that its first line names. */
function guideFiles(): ReadonlyMap<string, string> {
  return new Map(
    [...guide().matchAll(/^```ts\n\/\/ (\S+\.ts)\n[^]*?^```$/gm)].map(([block, file]) => [file!, block.slice(6, -3)]),
  );
}

function nameOf(path: string): string {
  return (JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as { readonly name: string }).name;
}

/** The folders of all libraries that some packages need when they run, theirs included; as the workspace has them installed. */
function libraries(roots: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const visit = (from: string): void => {
    const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Partial<
      Record<'dependencies' | 'peerDependencies', Readonly<Record<string, string>>>
    > & { readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>> };
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (name.startsWith('@portolan/') || manifest.peerDependenciesMeta?.[name]?.optional === true) continue;
      const library = installedAt(name, from);
      if (found.has(library)) continue;
      found.add(library);
      visit(library);
    }
  };
  roots.forEach(visit);
  return [...found];
}

/** @throws {Error} for what is not installed. */
function installedAt(name: string, from: string): string {
  const places = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  const place = places.find((place) => existsSync(join(place, name, 'package.json')));
  if (place === undefined) throw new Error(`${name}, which ${from} needs, is not installed`);
  return join(place, name);
}
