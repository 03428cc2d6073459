import { cellsOf } from './candle.ts';
import { provenComplete, type Surroundings } from './completeness.ts';
import { summarize } from './summary.ts';
import { buildTrade } from './testing/build-trade.ts';

const second = 1_000_000;

/** The summary of trades with ids such as `a5`, of the source a, or `ax`, without a number. */
const holding = (ids: string) =>
  ids === ''
    ? undefined
    : summarize(ids.split(' ').map((id) => buildTrade({ source: id.slice(0, 1), id: id.slice(1) })));

/** Cells of one second from the tenth second on, written as the ids that each holds. */
const verdicts = (cells: readonly string[], around: Surroundings = {}) => {
  const from = 10 * second;
  const summaries = cells.flatMap((ids, index) => {
    const summary = holding(ids);
    return summary === undefined ? [] : [[from + index * second, summary] as const];
  });
  const proven = provenComplete(cellsOf('1s', from, from + cells.length * second, new Map(summaries)), around);
  return proven.map((complete) => (complete ? 'complete' : '-')).join(' ');
};

const around = (before: string, after: string): Surroundings => ({ before: holding(before), after: holding(after) });
const mark = (lastId: number, seconds: number, source = 'a') => ({ source, lastId, time: seconds * second });

test.each([
  ['ids that follow each other, and those around', ['a3 a4', 'a5'], around('a1 a2', 'a6'), 'complete complete'],
  ['an id missing inside', ['a3 a5', 'a6'], around('a2', 'a7'), '- complete'],
  ['an id missing between', ['a3', 'a5'], around('a2', 'a6'), '- -'],
  ['an id missing before the first', ['a4', 'a5'], around('a2', 'a6'), '- complete'],
  ['nothing known around', ['a3', 'a4', 'a5'], {}, '- complete -'],
  ['nothing known at all', ['', ''], {}, '- -'],
  ['silence between ids that follow each other', ['', '', 'a3', ''], around('a2', 'a4'), 'complete '.repeat(4).trim()],
  ['silence where an id is missing', ['', 'a4', ''], around('a2', 'a5'), '- - complete'],
  ['silence after all that is known', ['a3', ''], around('a2', ''), '- -'],
  ['the first id of all', ['a0 a1', 'a2'], {}, 'complete -'],
])('%s', (_, cells, surroundings, expected) => {
  expect(verdicts(cells, surroundings)).toBe(expected);
});

test.each([
  [
    'after the end says that nothing came after the last',
    ['a3', ''],
    around('a2', ''),
    [mark(3, 12)],
    'complete complete',
  ],
  ['at the very end does', ['a3', ''], around('a2', ''), [mark(3, 11)], 'complete -'],
  ['before the end does not', ['a3', ''], around('a2', ''), [mark(3, 10.999)], '- -'],
  ['that names a later id says that one is missing', ['a3', ''], around('a2', ''), [mark(4, 12)], '- -'],
  ['of another source says nothing', ['a3', ''], around('a2', ''), [mark(3, 12, 'b')], '- -'],
  ['before the start says what came before', ['a3', 'a4'], around('', 'a5'), [mark(2, 9.999)], 'complete complete'],
  ['at the very start does not', ['a3', 'a4'], around('', 'a5'), [mark(2, 10)], '- complete'],
  ['before silence bounds it', ['', 'a3'], around('', 'a4'), [mark(2, 9)], 'complete complete'],
  ['on either side of silence bounds it', ['', 'a4'], {}, [mark(2, 9), mark(2, 11)], 'complete -'],
  ['that lags behind is outweighed by what is known', ['a3 a4'], around('a2', 'a5'), [mark(3, 12)], 'complete'],
])('a mark %s', (_, cells, surroundings, marks, expected) => {
  expect(verdicts(cells, { ...surroundings, marks })).toBe(expected);
});

test('ids that interleave across a boundary are complete together', () => {
  expect(verdicts(['a1 a2 a4', 'a3 a5', 'a6'], around('a0', 'a7'))).toBe('complete complete complete');
  expect(verdicts(['a1 a2 a5', 'a3 a6', 'a7'], around('a0', 'a8'))).toBe('- - complete');
  expect(verdicts(['a1 a2 a4', 'a3 a5'], { ...around('a0', ''), marks: [mark(5, 12)] })).toBe('complete complete');
  expect(verdicts(['a1 a3', '', 'a2 a4'], around('a0', 'a5'))).toBe('complete complete complete');
});

test('every source that is known has to prove an interval', () => {
  expect(verdicts(['a3', 'a4 b8', 'a5'], around('a2 b7', 'a6 b9'))).toBe('complete complete complete');
  expect(verdicts(['a3', 'a4 b9', 'a5'], around('a2 b7', 'a6 b10'))).toBe('- - complete');
  expect(verdicts(['a3', 'a4', 'a5'], around('a2 b7', 'a6'))).toBe('- - -');
  expect(verdicts(['a3', 'a4', 'a5'], around('a2', 'a6 b7'))).toBe('- - -');
  expect(verdicts(['a3'], { ...around('a2 b7', 'a4'), marks: [mark(7, 11, 'b')] })).toBe('complete');
});

test('trades without sequential ids are proof of nothing, where they are', () => {
  expect(verdicts(['a3 ax', 'a4'], around('a2', 'a5'))).toBe('- complete');
  expect(verdicts(['ax', '', 'ay'], around('az', 'aw'))).toBe('- - -');
});
