import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileCheckpoints, httpPricing, importTrades, openBinanceFile, sourceOf } from '@portolan/binance';
import type { Figures } from '../../measure/figures.ts';
import { peakRssMb } from '../../measure/memory.ts';
import type { Probe } from '../../measure/probe.ts';
import { askOverHttp } from '../platform/ask.ts';
import { archiveAll, countTrades } from '../platform/history.ts';
import { startPlatform } from '../platform/platform-process.ts';
import { csvMarket, csvSymbol } from './csv-file.ts';

export interface ImportPlaces {
  readonly folder: string;
  readonly file: string;
  /** Trades in the file. */
  readonly rows: number;
  /** Where to write a CPU profile of the platform. */
  readonly platformProfile?: string | undefined;
}

/**
 * How long the import of a file takes, as `npm run pricing:import` does it, and how much memory this process has for it and
 * the platform, which runs in another. How long the archive takes afterwards is told as well.
 */
export async function measureImport(
  { folder, file, rows, platformProfile }: ImportPlaces,
  probe: Probe,
): Promise<Figures> {
  const platform = await startPlatform({ folder, profile: platformProfile });
  await probe.start();
  const began = performance.now();
  const opened = await openBinanceFile(file);
  const { intake } = httpPricing(platform.url);
  const outcome = await importTrades([opened], intake, fileCheckpoints(join(folder, 'imports')));
  const importMs = performance.now() - began;
  await probe.stop();
  // Before the audit, which is not part of an import.
  const importerRssMb = peakRssMb();

  const { ask, close } = askOverHttp(platform.url, 1);
  const { from, every } = csvMarket(rows);
  const last = {
    product: csvSymbol,
    source: sourceOf(opened),
    id: String(rows),
    price: '50000',
    size: '1',
    side: 'buy',
  };
  const archiving = performance.now();
  await archiveAll(ask, { ...last, side: 'buy', time: '' });
  const archiveMs = performance.now() - archiving;
  const counted = await countTrades(ask, from, from + rows * every, csvSymbol);
  close();
  const { peakRssMb: platformRssMb } = await platform.stop();
  const lost = Math.abs(rows - counted) + Math.abs(rows - outcome.totals.accepted);
  return { rows, importMs, perSecond: (rows * 1_000) / importMs, archiveMs, importerRssMb, platformRssMb, lost };
}
