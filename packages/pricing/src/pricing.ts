import { every, hours, http, minutes, on, service, socket } from '@portolan/kernel';
import { operations } from './api.ts';
import { plainGzip, type Compress } from './archive/archive-object.ts';
import { follow, followGrants, FollowQuery } from './follow.ts';
import { apiGrants, handlersFor } from './handlers.ts';
import {
  archive,
  claims,
  feeds,
  live,
  marks,
  products,
  rebuilds,
  retirements,
  revisions,
  summaries,
  tickers,
  trades,
} from './ports.ts';
import { defaultSettings, type PricingSettings } from './settings.ts';
import { archiveGrants, archiveProduct } from './use-cases/archive-product.ts';
import { closeGrants, closeIntervals } from './use-cases/close-intervals.ts';
import { retireGrants, retireTrades } from './use-cases/retire-trades.ts';

/**
 * Market prices by a lambda architecture: every trade in a table, every closed interval in an archive of files, and
 * queries that see both as one.
 *
 * @param compress - How objects of the archive are compressed: the platform's zlib takes a fraction of the time. @default plain code
 * @throws {RangeError} for a setting out of its range.
 */
export function pricingService(changes: Partial<PricingSettings> = {}, compress: Compress = plainGzip) {
  const settings = { ...defaultSettings, ...changes };
  checkSettings(settings);
  return service(
    'pricing',
    { products, tickers, trades, claims, summaries, marks, retirements, feeds, archive, rebuilds, revisions, live },
    {
      api: http('/pricing/v1', operations, apiGrants, handlersFor(settings)),
      live: socket(live, { path: '/pricing/v1/live', query: FollowQuery }, followGrants, follow),
      close: every(minutes(1), closeGrants, closeIntervals(settings)),
      archive: on(rebuilds, archiveGrants, ({ message }, ports, context) =>
        archiveProduct(message.product, ports, context, settings, compress),
      ),
      retire: every(hours(1), retireGrants, (_tick, ports, context) => retireTrades(ports, context, settings)),
    },
  );
}

export const pricing = pricingService();

function checkSettings(settings: PricingSettings): void {
  for (const [name, value] of Object.entries(settings) as [keyof PricingSettings, number][]) {
    const least = name === 'retentionMs' ? hours(1) : 0;
    if (!Number.isSafeInteger(value) || value < least)
      throw new RangeError(`${name} must be an integer from ${least} on, not ${value}`);
  }
}
