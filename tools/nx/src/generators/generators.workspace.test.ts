import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { compiler } from '../compiler.ts';
import { portKinds } from '../port-kinds.ts';
import { scratchWorkspace, type ScratchWorkspace } from './testing/scratch-workspace.ts';

// What a team does on its first day, in a copy of the workspace: everything that the generators make is held to
// everything that the repository holds its own code to.
let scratch: ScratchWorkspace;
const clouds = ['aws', 'azure', 'gcp'];
const projects = ['@portolan/order-tracking', ...clouds.map((cloud) => `${cloud}-order-tracking`)];
const folders = [
  'packages/order-tracking',
  ...clouds.map((cloud) => `apps/${cloud}/order-tracking`),
  'adapters/watched',
  'adapters/rates',
];

/** Everything made that runs on Node, with what it was added to. */
const program = 'tsconfig.made.json';
const sources = {
  extends: './tsconfig.base.json',
  compilerOptions: { types: ['jest', 'node'], declaration: false },
  include: [...folders.slice(1), 'adapters/local/src/index.ts', 'adapters/local/src/table/watched-table*.ts'],
  files: ['apps/local/src/services.ts'],
};

beforeAll(() => {
  scratch = scratchWorkspace();
  writeFileSync(join(scratch.folder, program), JSON.stringify(sources));
  scratch.run('nx', 'g', '@portolan/nx:domain', 'order-tracking');
  for (const kind of portKinds) {
    scratch.run('nx', 'g', '@portolan/nx:adapter', 'watched', `--kind=${kind}`);
  }
  scratch.run('nx', 'g', './tools/nx:adapter', 'rates', '--kind=own', '--domain=order-tracking');
  scratch.run('nx', 'g', './tools/nx:adapter', 'watched', '--kind=table', '--cloud=local');
  scratch.link();
});

afterAll(() => scratch[Symbol.dispose]());

test('writes nothing in a dry run', () => {
  const planned = scratch.run('nx', 'g', './tools/nx:domain', 'billing', '--dry-run');
  expect(planned).toContain('CREATE packages/billing/src/billing.ts');
  expect(planned).toContain('UPDATE apps/local/src/services.ts');
  expect(existsSync(join(scratch.folder, 'packages/billing'))).toBe(false);
  expect(readFileSync(join(scratch.folder, 'apps/local/src/services.ts'), 'utf8')).not.toContain('billing');
});

test('makes projects that are formatted, linted and within the boundaries', () => {
  const touched = [
    ...folders,
    'apps/local/src/services.ts',
    'apps/local/package.json',
    'adapters/local/src/table/watched-table*.ts',
  ];
  scratch.run('prettier', '--check', ...touched);
  scratch.run('eslint', ...folders, 'apps/local/src/services.ts', 'adapters/local/src/table');
  expect(scratch.run('node', 'tools/nx/src/guard/main.ts')).toMatch(/\d+ projects, 0 violations/);
});

test('makes projects that type-check and build, composition roots of every cloud among them', () => {
  // One of each template by its own target; all together as one program, which reads the clouds' clients once.
  const ofEachTemplate = ['@portolan/order-tracking', 'gcp-order-tracking', '@portolan/rates'];
  scratch.run('nx', 'run-many', '-t', 'typecheck', '-p', ofEachTemplate.join(','));
  scratch.run('node', compiler, '-p', program);
  scratch.run('nx', 'run-many', '-t', 'build', '-p', [...projects, '@portolan/app-local'].join(','));
  for (const cloud of clouds) {
    expect(existsSync(join(scratch.folder, `dist/apps/${cloud}/order-tracking/main.cjs`))).toBe(true);
  }
});

test('makes tests that pass, each of them run', () => {
  const tests = [
    ...globSync(
      folders.map((folder) => `${folder}/**/*.test.ts`),
      { cwd: scratch.folder, exclude: ['**/node_modules/**'] },
    ),
    ...globSync('adapters/local/src/table/watched-table*.test.ts', { cwd: scratch.folder }),
  ];
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--json', '--runTestsByPath', ...tests];
  const report = JSON.parse(scratch.run('node', ...jest)) as {
    readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly object[] }[];
  };
  const ran = report.testResults.filter(({ assertionResults }) => assertionResults.length > 0).map(({ name }) => name);
  expect(ran.sort()).toEqual(tests.map((file) => join(scratch.folder, file)).sort());
  expect(tests.map((file) => file.split('/').slice(0, 3).join('/'))).toEqual(
    expect.arrayContaining(folders.slice(1, 4)),
  );
});

test('makes a domain that the local platform serves without more work', async () => {
  const platform = spawn(
    join(scratch.folder, 'node_modules/.bin/node'),
    ['--conditions=@portolan/source', 'apps/local/src/main.ts'],
    {
      cwd: scratch.folder,
      env: { ...scratch.environment, PORT: '0', PORTOLAN_DATA: join(scratch.folder, 'data'), PORTOLAN_LOG: 'silent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const url = await urlOf(platform.stdout);
    const entry = `${url}/order-tracking/v1/entries/a`;
    const body = JSON.stringify({ title: 'ship it', dueAt: '2020-01-01T00:00:00Z' });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(entry, { method: 'PUT', body, headers })).status).toBe(201);
    expect(await (await fetch(entry)).json()).toMatchObject({
      id: 'a',
      state: 'overdue',
      dueAt: '2020-01-01T00:00:00.000Z',
    });
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { readonly paths: object };
    expect(Object.keys(document.paths)).toContain('/order-tracking/v1/entries/{id}');
  } finally {
    platform.kill('SIGTERM');
    await once(platform, 'exit');
  }
});

test('no composition root compiles any more once the domain needs a port that none of them binds', () => {
  const edit = (file: string, from: RegExp, to: string) => {
    const path = join(scratch.folder, 'packages/order-tracking/src', file);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(from);
    writeFileSync(path, text.replace(from, to));
  };
  edit('ports.ts', /import \{ table \}/, 'import { table, topic }');
  edit('ports.ts', /$/, `export const news = topic('news', { event: Entry });\n`);
  edit('order-tracking.ts', /import \{ entries \}/, 'import { entries, news }');
  edit('order-tracking.ts', /\{ entries \},/, '{ entries, news },');
  let told = '';
  try {
    scratch.run('node', compiler, '-p', program);
  } catch (error) {
    told = String(error);
  }
  // Which line of a message says so differs from run to run: the compiler checks files side by side.
  const errors = [...told.matchAll(/^(\S+)\(\d+,\d+\): error TS\d+: (.*(?:\n .*)*)/gm)].map(([, file, what]) => ({
    file,
    what,
  }));
  const what = expect.stringContaining(`Property 'news' is missing in type '{ entries:`) as string;
  expect(errors).toEqual([
    ...clouds.map((cloud) => ({ file: `apps/${cloud}/order-tracking/main.ts`, what })),
    { file: 'apps/local/src/services.ts', what },
  ]);
});

/** The address that the platform says it serves at. @throws {Error} when it ends without saying one. */
async function urlOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const url = /(http:\/\/\S+)\/healthz/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the platform ended before it served');
}
