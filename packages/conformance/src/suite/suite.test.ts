import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConformanceRun, Harness } from '../harness.ts';
import type { Case } from './case.ts';
import type { RunRecord } from './record.ts';
import type { Runner } from './runner.ts';
import { runSuite, type Suite } from './suite.ts';

const harness = { [Symbol.asyncDispose]: async () => undefined } as unknown as Harness;
const passes: Case = { title: 'passes', run: async () => undefined };
const fails: Case = { title: 'fails', run: () => Promise.reject(new Error('broken promise')) };
const delayed: Case = { title: 'delays', needs: 'delay', run: async () => undefined };

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** Runs a suite as a test runner would. */
async function play(
  cases: readonly Case[],
  change: Partial<ConformanceRun> = {},
  change2: Partial<Suite> = {},
  only?: string,
) {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-suite-'));
  folders.push(folder);
  const tests: { readonly title: string; readonly body: () => Promise<void> }[] = [];
  const ends: (() => Promise<void>)[] = [];
  const runner: Runner = {
    describe: (_title, body) => body(),
    test: (title, body) => tests.push({ title, body }),
    afterAll: (body) => ends.push(body),
  };
  const run: ConformanceRun = {
    adapter: 'fakeQueue',
    cloud: 'moon',
    engine: 'double',
    harness: async () => harness,
    ...change,
  };
  runSuite({ kind: 'queue', suite: 'conformance', cases, alsoKnown: ['the model'], ...change2 }, run, runner, folder);
  const failed: Record<string, string> = {};
  for (const { title, body } of tests) {
    if (only === undefined || title === only) await body().catch((error: unknown) => (failed[title] = String(error)));
  }
  for (const end of ends) await end();
  const files = await readdir(folder);
  const records = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as RunRecord),
  );
  return { titles: tests.map(({ title }) => title), failed, files, records };
}

test('registers one test for each case that the adapter has the guarantee for', async () => {
  const without = await play([passes, delayed]);
  expect(without.titles).toEqual(['names only cases of this run in its deviations', 'passes']);
  const withDelay = await play([passes, delayed], { guarantees: { delay: true } });
  expect(withDelay.titles).toContain('delays');
});

test('fails where a case fails', async () => {
  const { failed, records } = await play([passes, fails]);
  expect(failed).toEqual({ fails: 'Error: broken promise' });
  expect(records[0]?.cases).toEqual([
    { title: 'passes', result: 'passed' },
    { title: 'fails', result: 'failed' },
  ]);
});

test('passes where a case that deviates fails, and shows why', async () => {
  const { titles, failed, records } = await play([fails], { deviations: { fails: 'the moon has no air' } });
  expect(failed).toEqual({});
  expect(titles).toContain('fails [deviates: the moon has no air]');
  expect(records[0]?.cases).toEqual([{ title: 'fails', result: 'deviates', reason: 'the moon has no air' }]);
});

test('fails where a case that deviates passes', async () => {
  const { failed, records } = await play([passes], { deviations: { passes: 'once it did not' } });
  expect(Object.values(failed)).toEqual([expect.stringContaining('remove its deviation, which said: once it did not')]);
  expect(records[0]?.cases).toEqual([{ title: 'passes', result: 'failed' }]);
});

test.each([
  ['of no case', 'misspelt', {}],
  ['of a case that does not run here', 'delays', {}],
])('fails at a deviation %s', async (_, title, guarantees) => {
  const { failed } = await play([passes, delayed], { guarantees, deviations: { [title]: 'why' } });
  expect(failed['names only cases of this run in its deviations']).toContain(title);
});

test('takes a deviation of the other suite of the kind for known', async () => {
  expect((await play([passes], { deviations: { 'the model': 'why' } })).failed).toEqual({});
});

test('takes an engine that does not start for no deviation', async () => {
  const start = () => Promise.reject(new Error('no engine'));
  const { failed } = await play([fails], { harness: start, deviations: { fails: 'why' } });
  expect(Object.values(failed)).toEqual(['Error: no engine']);
});

test('records what ran under cloud and adapter, models beside it', async () => {
  const { files, records } = await play([passes], { guarantees: { ordered: true, dedupe: false, delay: true } });
  expect(files).toEqual(['moon-fakeQueue.json']);
  expect(records[0]).toEqual({
    kind: 'queue',
    suite: 'conformance',
    cloud: 'moon',
    adapter: 'fakeQueue',
    engine: 'double',
    guarantees: ['delay', 'ordered'],
    cases: [{ title: 'passes', result: 'passed' }],
  });
  expect((await play([passes], {}, { suite: 'model' })).files).toEqual(['moon-fakeQueue.model.json']);
  expect((await play([passes], {}, { kind: 'socket host' })).files).toEqual(['moon-fakeQueue.sockets.json']);
});

test('records nothing where just some cases ran, or the run is not to be recorded', async () => {
  expect((await play([passes], { recorded: false })).files).toEqual([]);
  expect((await play([passes, fails], {}, {}, 'passes')).files).toEqual([]);
});

test('disposes of the engine whether a case passes or fails', async () => {
  let open = 0;
  const start = async (): Promise<Harness> => {
    open++;
    return { ...harness, [Symbol.asyncDispose]: async () => void open-- };
  };
  await play([passes, fails], { harness: start });
  expect(open).toBe(0);
});
