import { gunzipSync, strFromU8 } from 'fflate';
import type { World } from '@portolan/kernel/testing';
import type { ReportedTrade } from './intake.ts';
import { addProduct, startPricing, trade, type PricingSimulation } from './testing/pricing-simulation.ts';

// The last two minutes of an hour, so that minutes and the hour around them close soon.
const hour = Date.UTC(2026, 0, 31, 13, 0, 0);
const at = (seconds: number): string => new Date(hour + seconds * 1_000).toISOString();
const first = [trade(1, at(-119)), trade(2, at(-90)), trade(3, at(-59)), trade(6, at(-1))];
const late = [trade(4, at(-50), { count: 2 }), trade(7, at(-100), { source: 'other' }), trade(2, at(-90))];

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

/** A client that hands in two batches, each until it is answered, and everything that closes meanwhile and afterwards. */
async function live(call: number, effect: boolean) {
  // One call of the engines a turn, as in every world that knows crashes; by chance there is none.
  const pricing = await startPricing({ start: hour, faults: { crash: Number.MIN_VALUE } });
  await addProduct(pricing);
  const point = new CrashPoint(pricing.world, call, effect);
  await handIn(pricing, first);
  await pricing.world.advance(4 * 60_000);
  await handIn(pricing, late);
  await pricing.world.advance(3 * 60_000);
  const { calls } = point;
  // A crash while it archives is noticed when its lease has passed.
  await pricing.world.advance(13 * 60_000);
  const objects = [...(await pricing.archived())].map(([key, bytes]) => [key, strFromU8(gunzipSync(bytes))]);
  const span = { from: at(-3_600), to: at(0) };
  const shown = {
    objects,
    trades: await pricing.trades(span),
    minutes: await pricing.candles(span),
    hours: await pricing.candles({ ...span, interval: '1h' }),
  };
  const { crashes } = pricing.world;
  await pricing.stop();
  return { calls, crashes, shown };
}

async function handIn(pricing: PricingSimulation, batch: readonly ReportedTrade[]): Promise<void> {
  for (;;) {
    const { promise: crashed, resolve } = Promise.withResolvers<undefined>();
    pricing.world.onRestart(() => resolve(undefined));
    const results = await Promise.race([pricing.post(batch).catch(() => undefined), crashed]);
    if (results !== undefined) return;
  }
}

test('a crash at any call, before its effect or after it, changes nothing of what stands in the end', async () => {
  const { calls, shown } = await live(Infinity, false);
  expect(shown.hours).toMatchObject([{ count: 7 }]);
  expect(shown.objects).toHaveLength(3);
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
