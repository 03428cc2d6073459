import { expect } from '@jest/globals';
import type { Level } from './exact-candles.ts';
import type { HeldTrades } from './held-trades.ts';

/** Holds the objects of a product against the trades: one for each interval with trades, and each says what follows from them. */
export function checkArchive(archive: ReadonlyMap<string, string>, product: string, held: HeldTrades): void {
  const expected = new Set<string>();
  const keyOf = (level: Level, name: string): string => {
    const key = `${level}s/${product}/${name.replaceAll(/[-T:]/g, '/')}.${level === 'minute' ? 'jsonl' : 'json'}.gz`;
    expected.add(key);
    return key;
  };
  for (const [name, lines] of held.minutes())
    expect([name, archive.get(keyOf('minute', name)) === lines]).toEqual([name, true]);
  for (const [level, below] of Object.entries(levelBelow)) {
    const children = [...held.exact(below)];
    for (const [name, total] of held.exact(level as Level)) {
      const node = JSON.parse(archive.get(keyOf(level as Level, name)) ?? 'null') as object;
      const own = children.filter(([child]) => child.startsWith(name));
      expect(node).toMatchObject({
        ...{ product, interval: name, total },
        children: {
          interval: own.map(([interval]) => interval).join(' '),
          ...Object.fromEntries(fields.map((field) => [field, own.map(([, candle]) => candle[field]).join(' ')])),
        },
      });
    }
  }
  expect([...archive.keys()].filter((key) => key.split('/')[1] === product).sort()).toEqual([...expected].sort());
}

/** What an object says of the intervals inside its own, as far as it follows from candles. */
const fields = ['open', 'high', 'low', 'close', 'volume', 'count'] as const;

const levelBelow = { hour: 'minute', day: 'hour', month: 'day', year: 'month' } as const;
