import { startEngine, type EngineProcess } from './index.ts';

const day = 86_400_000;
const ask = async ({ port }: EngineProcess) =>
  (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as {
    readonly startedAt: number;
    readonly now: number;
    readonly newDate: number;
    readonly fixed: number;
    readonly rung: readonly string[];
  };

test('moves the time of an engine in another process, and rings what has become due, in order', async () => {
  await using engine = await startEngine(new URL('./testing/clock-engine.ts', import.meta.url));
  expect((await ask(engine)).rung).toEqual([]);
  await engine.pass(3_600_000);
  expect((await ask(engine)).rung).toEqual(['an hour']);
  // Past the 2^31 ms at which timers of Node overflow.
  await engine.pass(41 * day);
  const { now, newDate, fixed, rung } = await ask(engine);
  expect(rung).toEqual(['an hour', 'each day', 'a week', 'forty days']);
  expect(Math.abs(now - engine.now())).toBeLessThan(5_000);
  expect(Math.abs(now - Date.now() - 41 * day - 3_600_000)).toBeLessThan(5_000);
  expect(Math.abs(newDate - now)).toBeLessThan(100);
  expect(fixed).toBe(5);
});

test('rings by itself what a pass has brought near', async () => {
  await using engine = await startEngine(new URL('./testing/clock-engine.ts', import.meta.url));
  const { startedAt } = await ask(engine);
  await engine.pass(startedAt + 7 * day - engine.now() - 200);
  const until = startedAt + 7 * day + 3_000;
  let rung: readonly string[] = [];
  while (!rung.includes('a week') && engine.now() < until) ({ rung } = await ask(engine));
  expect(rung).toContain('a week');
});

test('tells what an engine wrote that does not start', async () => {
  const script = new URL('./testing/no-such-engine.ts', import.meta.url);
  await expect(startEngine(script)).rejects.toThrow(/ended with code 1; it wrote:\n[^]*no-such-engine/);
});
