import type { Ticker } from './ports.ts';
import type { PricingSettings } from './settings.ts';

/** A source this far behind the newest one hands in history, which holds no interval open. Microseconds. */
const backfillLag = 600 * 1_000_000;

/**
 * Up to where intervals are closed: what all sources that are heard of have passed, less what may come late. Where none
 * was heard of for a while, the clock decides, so that an interval closes though nobody trades any more. It never goes back;
 * what comes behind it is late, and has its intervals written anew.
 *
 * @param now - Milliseconds since 1970.
 * @returns Microseconds since 1970.
 * @see Akidau et al., "The Dataflow Model", VLDB 2015, section 2.3: watermarks as a heuristic, corrected by refinements.
 */
export function watermarkOf(
  { sources, watermark }: Pick<Ticker, 'sources' | 'watermark'>,
  now: number,
  { latenessMs, idleMs }: Pick<PricingSettings, 'latenessMs' | 'idleMs'>,
): number {
  const heard = Object.values(sources).filter(({ heardAt }) => heardAt > now - idleMs);
  const newest = heard.reduce((latest, { time }) => Math.max(latest, time), 0);
  const abreast = heard.filter(({ time }) => time > newest - backfillLag).map(({ time }) => time);
  const passed = abreast.length === 0 ? now * 1_000 : Math.min(...abreast);
  return Math.max(watermark, passed - latenessMs * 1_000);
}
