import { gunzipSync, strFromU8 } from 'fflate';
import { minutes, pagesOf } from '@portolan/kernel';
import type { World } from '@portolan/kernel/testing';
import type { ReportedTrade } from './intake.ts';
import { archive, trades } from './ports.ts';
import { addProduct, startPricing, textOf, trade, type PricingSimulation } from './testing/pricing-simulation.ts';

// The last two minutes of an hour, so that minutes and the hour around them close soon.
const hour = Date.UTC(2026, 0, 31, 13, 0, 0);
const at = (seconds: number): string => new Date(hour + seconds * 1_000).toISOString();
// The late aggregate has ids in two blocks of claims; one trade's id is no integer.
const named = trade(0, at(-90), { id: 'a' });
const first = [trade(1_997, at(-119)), named, trade(1_998, at(-59)), trade(2_001, at(-1))];
const late = [trade(1_999, at(-50), { count: 2 }), trade(7, at(-100), { source: 'other' }), named];

/** Ends the process at one of its calls to engines, and counts them. */
class CrashPoint {
  calls = 0;

  /** @param effect - Whether the call still has its effect. */
  constructor(world: World, call: number, effect: boolean) {
    const perform = world.perform.bind(world);
    world.perform = <T>(run: () => T) =>
      new Promise<T>((resolve, reject) => {
        void perform(() => {
          if (++this.calls === call) {
            if (effect) run();
            return world.crash();
          }
          try {
            resolve(run());
          } catch (error) {
            reject(error as Error);
          }
        });
      });
  }
}

/** One call of the engines a turn, as in every world that knows crashes; by chance there is none. */
const startFragile = async (): Promise<PricingSimulation> => {
  const pricing = await startPricing({ start: hour, faults: { crash: Number.MIN_VALUE } });
  await addProduct(pricing);
  return pricing;
};

/** A client that hands in two batches, each until it is answered, and everything that closes meanwhile and afterwards. */
async function live(call: number, effect: boolean) {
  const pricing = await startFragile();
  const point = new CrashPoint(pricing.world, call, effect);
  while ((await handIn(pricing, first)) === 'crashed');
  await pricing.world.advance(minutes(4));
  while ((await handIn(pricing, late)) === 'crashed');
  await pricing.world.advance(minutes(3));
  const { calls } = point;
  // A crash while it archives is noticed at the next tick after half a minute.
  await pricing.world.advance(minutes(2));
  const objects = [...(await pricing.archived())].map(([key, bytes]) => [key, strFromU8(gunzipSync(bytes))]);
  const span = { from: at(-3_600), to: at(0) };
  const shown = {
    objects,
    told: await toldAsTheyStand(pricing),
    trades: await pricing.trades(span),
    minutes: await pricing.candles(span),
    hours: await pricing.candles({ ...span, interval: '1h' }),
  };
  const { crashes } = pricing.world;
  await pricing.stop();
  return { calls, crashes, shown };
}

/** Once. */
async function handIn(pricing: PricingSimulation, batch: readonly ReportedTrade[]): Promise<'answered' | 'crashed'> {
  const { promise: crashed, resolve } = Promise.withResolvers<undefined>();
  pricing.world.onRestart(() => resolve(undefined));
  const results = await Promise.race([pricing.post(batch).catch(() => undefined), crashed]);
  return results === undefined ? 'crashed' : 'answered';
}

/** Keys of the objects of whose present content a revision was told. */
async function toldAsTheyStand({ world, revised }: PricingSimulation): Promise<readonly string[]> {
  const objects = world.open(archive);
  const told = new Set(revised.map(({ key, tag }) => `${key} ${tag}`));
  const keys: string[] = [];
  for await (const items of pagesOf((from) => objects.list(from)))
    for (const { key, tag } of items) if (told.has(`${key} ${tag}`)) keys.push(key);
  return keys;
}

test('a crash at any call, before its effect or after it, changes nothing of what stands in the end', async () => {
  const { calls, shown } = await live(Infinity, false);
  expect(shown.hours).toMatchObject([{ count: 7 }]);
  expect(shown.objects).toHaveLength(3);
  expect(shown.told).toHaveLength(3);
  expect(calls).toBeGreaterThan(100);
  for (let call = 1; call <= calls; call++) {
    for (const effect of [false, true]) {
      const crashed = await live(call, effect);
      expect({ call, effect, crashes: crashed.crashes, ...crashed.shown }).toEqual({
        call,
        effect,
        crashes: 1,
        ...shown,
      });
    }
  }
}, 60_000);

/** A client that hands in a batch once, whatever comes of it. @returns What of it is in the table, and what in the archive. */
async function abandoned(call: number, effect: boolean) {
  const pricing = await startFragile();
  const point = new CrashPoint(pricing.world, call, effect);
  const outcome = await handIn(pricing, first);
  const { calls } = point;
  await pricing.world.advance(minutes(5));
  const table = pricing.world.open(trades);
  const rows: string[] = [];
  const archived: string[] = [];
  for (const minute of ['12/58', '12/59']) {
    const { items } = await table.query({ partition: `BTC-USD/2026-01-31T${minute.replace('/', ':')}` });
    rows.push(...items.map(({ item }) => item.id));
    const text = await textOf(pricing, `minutes/BTC-USD/2026/01/31/${minute}.jsonl.gz`).catch(() => '');
    archived.push(...[...text.matchAll(/"id":"(\w+)"/g)].map(([, id]) => `test/${id}`));
  }
  const shown = await pricing.trades({ from: at(-3_600), to: at(0) });
  const { openIntervals } = await pricing.ask<{ openIntervals: number }>('getProduct', { params: { id: 'BTC-USD' } });
  await pricing.stop();
  return { calls, outcome, rows, archived, shown: shown.map(({ source, id }) => `${source}/${id}`), openIntervals };
}

test('trades that a crash left unanswered and that nobody hands in again are in the archive, too, or nowhere', async () => {
  const { calls, ...whole } = await abandoned(Infinity, false);
  expect(whole).toMatchObject({ outcome: 'answered', openIntervals: 1 });
  expect(whole.archived).toHaveLength(first.length);
  const partly = new Set<number>();
  for (let call = 1; call <= calls; call++) {
    for (const effect of [false, true]) {
      const { rows, archived, shown, openIntervals } = await abandoned(call, effect);
      expect({ call, effect, archived, shown }).toEqual({ call, effect, archived: rows, shown: rows });
      // The day at most.
      expect(openIntervals).toBeLessThan(2);
      partly.add(rows.length);
    }
  }
  expect(partly.size).toBeGreaterThan(2);
}, 30_000);

/** A client that hands in a batch once, then thinks better of a trade's time, and where it is refused, goes back to its first words. */
async function corrected(call: number, effect: boolean) {
  const pricing = await startFragile();
  const point = new CrashPoint(pricing.world, call, effect);
  await handIn(pricing, first);
  const { calls } = point;
  await pricing.world.advance(minutes(1));
  const stood = (await pricing.trades({ from: at(-3_600), to: at(0) })).some(({ id }) => id === first[0]!.id);
  const later = trade(1_997, at(-30));
  const [answer] = await pricing.post([later]);
  const [insisted] = answer!.status === 'rejected' ? await pricing.post([first[0]]) : [answer];
  const standing = await pricing.trades({ from: at(-3_600), to: at(0) });
  const times = standing.filter(({ id }) => id === later.id).map(({ time }) => Date.parse(time));
  await pricing.stop();
  const wanted = Date.parse((answer!.status === 'rejected' ? first[0]! : later).time);
  return { calls, stood, answer: answer!.status, insisted: insisted!.status, times, wanted };
}

// A claim may be of a batch still under way, so nobody else takes it over: that would let both trades stand.
test('an id that a crash left claimed and without its trade is kept for the first words of it, which are taken', async () => {
  const { calls } = await corrected(Infinity, false);
  const ways = new Set<string>();
  for (let call = 1; call <= calls; call++) {
    for (const effect of [false, true]) {
      const { stood, answer, insisted, times, wanted } = await corrected(call, effect);
      expect({ call, effect, times }).toEqual({ call, effect, times: [wanted] });
      ways.add(`${stood ? 'stood' : 'did not stand'}, ${answer}, ${insisted}`);
    }
  }
  expect([...ways].sort()).toEqual([
    'did not stand, accepted, accepted',
    'did not stand, rejected, accepted',
    'stood, rejected, duplicate',
  ]);
}, 30_000);
