import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plain } from './generators/testing/scratch-workspace.ts';

// A workspace whose projects break every rule once. Each file names on its first line the rules that must refuse it;
// a file without that line must be accepted. So a rule that is removed, or that grows too wide, fails a case here.
const root = join(import.meta.dirname, '../../..');
const fixtures = join(root, 'tools/nx/fixtures/workspace');

const files = globSync('{packages,adapters,apps}/**/*.ts', { cwd: fixtures, exclude: ['**/node_modules'] }).sort();

const env = { ...process.env, ...plain, NX_WORKSPACE_ROOT_PATH: fixtures, NX_DAEMON: 'false' };

function runIn(script: string, ...args: string[]): { output: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, script), ...args],
    { cwd: fixtures, encoding: 'utf8', env },
  );
  return { output: script.endsWith('.ts') ? stderr : stdout || stderr, status };
}

describe('ESLint', () => {
  const reported = new Map<string, string[]>();

  beforeAll(() => {
    const { output } = runIn('node_modules/eslint/bin/eslint.js', '--format=json', '.');
    const results = JSON.parse(output) as {
      filePath: string;
      messages: { ruleId: string | null; message: string }[];
    }[];
    for (const { filePath, messages } of results) {
      const rules = new Set(messages.map(({ ruleId, message }) => ruleId ?? message));
      reported.set(filePath.slice(fixtures.length + 1), [...rules].sort());
    }
  });

  test.each(files)('refuses, or accepts, %s', (file) => {
    const declared = /^\/\/ refused by: (.*)$/m.exec(readFileSync(join(fixtures, file), 'utf8'))?.[1];
    expect(reported.get(file)).toEqual(declared?.split(', ').sort() ?? []);
  });
});

test('the guard refuses exactly what is listed', () => {
  const { output, status } = runIn('tools/nx/src/guard/main.ts');
  const listed = readFileSync(join(fixtures, 'guard.expected.txt'), 'utf8');
  expect(output.trim().split('\n').sort()).toEqual(listed.trim().split('\n'));
  expect(status).toBe(1);
});
