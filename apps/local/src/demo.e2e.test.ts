import { startProgram } from './testing/platform-process.ts';

test('the demo keeps every promise, shows it, and ends with 0', async () => {
  const { code, stdout, stderr } = await startProgram('demo.ts').exit;
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^asked for +promised +arrived +late +requests$/m);
  expect(stdout).toMatch(/^its receiver fails twice .* 3 +ok$/m);
  expect(stdout).toMatch(/^fails for good, then redriven .* 3 +ok$/m);
  expect(stdout).toMatch(/^cancelled: must not come +never +- +- +0 +ok$/m);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^PASSED: all 219 promised arrivals came/);
  expect(code).toBe(0);
}, 60_000);

test('the demo tells what it does when it is asked, and refuses what it does not know', async () => {
  const [asked, wrong] = await Promise.all([
    startProgram('demo.ts', { args: ['--help'] }).exit,
    startProgram('demo.ts', { args: ['--fast'] }).exit,
  ]);
  expect([asked.code, asked.stderr]).toEqual([0, '']);
  expect(asked.stdout).toContain('npm run demo');
  expect([wrong.code, wrong.stdout]).toEqual([2, '']);
  expect(wrong.stderr).toContain("'--fast'");
}, 30_000);
