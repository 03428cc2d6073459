import { gapMarks } from './gap-marks.ts';

const gap = (after: string, missing: number) => ({
  source: 'test',
  first: '1',
  last: String(missing),
  missing,
  after: `2026-03-29T${after}.000000Z`,
  before: '2026-03-29T14:00:00.000000Z',
});

test('marks each candle that gaps begin in, once', () => {
  const at = (time: string) => Date.parse(`2026-03-29T${time}Z`);
  const gaps = [gap('13:07:10', 1_200), gap('13:01:00', 2), gap('13:09:59', 34)];
  expect(gapMarks(gaps, '5m')).toEqual([
    { at: at('13:00:00'), text: '2' },
    { at: at('13:05:00'), text: (1_234).toLocaleString() },
  ]);
});
