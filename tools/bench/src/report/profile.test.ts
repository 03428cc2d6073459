import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { topSelfTime } from './profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'portolan-profile-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('adds up the time of each function, leaves idling out, and names files within the workspace', () => {
  const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 });
  const file = join(folder, 'some.cpuprofile');
  writeFileSync(
    file,
    JSON.stringify({
      nodes: [
        { id: 1, callFrame: frame('(idle)', '') },
        { id: 2, callFrame: frame('pump', pathToFileURL(join(folder, 'adapters/timer.ts')).href) },
        { id: 3, callFrame: frame('', 'node:timers') },
        { id: 4, callFrame: frame('pump', pathToFileURL(join(folder, 'adapters/timer.ts')).href) },
      ],
      samples: [1, 2, 3, 4],
      timeDeltas: [9_000, 2_000, 1_000, 1_000],
    }),
  );
  expect(topSelfTime(file, folder, 5)).toEqual([
    { where: 'pump adapters/timer.ts:10', selfMs: 3, share: 0.75 },
    { where: '(anonymous) node:timers:10', selfMs: 1, share: 0.25 },
  ]);
  expect(topSelfTime(file, folder, 1)).toHaveLength(1);
});
