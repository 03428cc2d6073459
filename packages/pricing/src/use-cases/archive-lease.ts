import { seconds, type Context, type Decision, type Granted } from '@portolan/kernel';
import type { Ticker, tickers } from '../ports.ts';
import type { Scale } from '../product.ts';
import type { PricingSettings } from '../settings.ts';
import { newTicker, tickerAfter } from '../ticker.ts';
import type { Trade } from '../trade.ts';
import { watermarkOf } from '../watermark.ts';

/** How long nobody else archives a product after its archiver was last heard of: it may have crashed. */
const leaseMs = seconds(30);

type Ports = Granted<{ tickers: typeof tickers.write }>;

/** The right to archive a product. One has it at a time, so that none works in vain; conditions would keep several apart, too. */
export interface Lease {
  readonly product: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Up to where intervals are closed, microseconds. */
  readonly watermark: number;
}

type Time = Pick<Context, 'clock'>;

/** @returns `undefined` where somebody else has it. */
export function takeLease(
  product: string,
  { tickers }: Ports,
  { clock }: Time,
  settings: PricingSettings,
): Promise<Lease | undefined> {
  return tickers.update({ product }, (current) => {
    const ticker = current?.item ?? newTicker(product);
    return ticker.archivingUntil > clock.now() ? { result: undefined } : leased(ticker, clock.now(), settings);
  });
}

/**
 * Holds the lease for another while.
 *
 * @param archived - Trades that were found meanwhile, the oldest and each source's newest at least: where whoever took them on
 *   ended before it told the ticker, they are told now.
 * @returns `undefined` where somebody else has it by now.
 */
export function renewLease(
  { product, until }: Lease,
  archived: readonly Trade[],
  scale: Scale,
  { tickers }: Ports,
  { clock }: Time,
  settings: PricingSettings,
): Promise<Lease | undefined> {
  return tickers.update({ product }, (current) => {
    if (current?.item.archivingUntil !== until) return { result: undefined };
    const ticker = tickerAfter(current.item, { heard: archived, fresh: [], now: undefined }, scale);
    return leased(ticker, clock.now(), settings);
  });
}

function leased(ticker: Ticker, now: number, settings: PricingSettings): Decision<Ticker, Lease> {
  const lease = { product: ticker.product, until: now + leaseMs, watermark: watermarkOf(ticker, now, settings) };
  return { write: { ...ticker, watermark: lease.watermark, archivingUntil: lease.until }, result: lease };
}

export async function giveLeaseBack({ product, until }: Lease, { tickers }: Ports): Promise<void> {
  await tickers.update({ product }, (current) => {
    if (current?.item.archivingUntil !== until) return { result: undefined };
    return { write: { ...current.item, archivingUntil: 0 }, result: undefined };
  });
}
