import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

// Tracked files and new ones, but nothing ignored: the repository as it is about to be committed.
const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const files = listed.stdout.split('\n').filter((file) => file !== '' && file !== 'package-lock.json');
const sources = files.filter((file) => /^(packages|adapters|apps|tools)\/.*\.(ts|tsx|js|css)$/.test(file));
const tests = sources.filter((file) => file.endsWith('.test.ts'));

/** The places, `file:line`, where a pattern stands. */
function places(pattern: RegExp, among: readonly string[]): string[] {
  return among.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );
}

/** The file's text; nothing for a file that is deleted but still tracked. */
function textOf(file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return '';
  }
}

test('finds the files of the repository', () => {
  expect(sources).toContain('tools/nx/src/tidy.workspace.test.ts');
});

test('leaves no reminder in the sources: what is open is an issue', () => {
  expect(places(new RegExp('\\b(TO' + 'DO|FIX' + 'ME|X' + 'XX)\\b'), sources)).toEqual([]);
});

test('runs every test: none singled out, none left out', () => {
  expect(places(/\b(test|it|describe)\.(only|skip|todo)\b|^\s*(fit|fdescribe|xit|xtest|xdescribe)\(/, tests)).toEqual(
    [],
  );
});

test('keeps every source file within 400 lines', () => {
  expect(sources.filter((file) => textOf(file).split('\n').length > 401)).toEqual([]);
});

test('names no path of the machine it was written on', () => {
  const texts = files.filter((file) => /\.(ts|tsx|js|json|md|css|html|yml|yaml|tf)$|^\.ci\//.test(file));
  expect(places(new RegExp('/(wo' + 'rk|ro' + 'ot|ho' + 'me|Us' + 'ers)/[a-z.]'), texts)).toEqual([]);
});

test('locks no address to download from', () => {
  expect(textOf('package-lock.json')).not.toMatch(/"resolved": "https?:/);
});

test('shows in README.md of a file only what stands in it', () => {
  const block = /```ts\n([^]*?)```/.exec(textOf('README.md'))![1]!;
  const shown = [...block.matchAll(/^\/\/ ([\w./-]+\.ts): .*\n([^]*?)(?=^\/\/ |(?![^]))/gm)];
  expect(shown.map(([, file]) => file)).toContain('apps/aws/scheduling/main.ts');
  for (const [, file, text] of shown) expect(textOf(file!)).toContain(text!.trimEnd());
});
