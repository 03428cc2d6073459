import { performance } from 'node:perf_hooks';
import type { Figures } from '../../measure/figures.ts';
import { runNpmScript } from '../../process/run-npm-script.ts';
import { askOverHttp } from '../platform/ask.ts';
import { archiveAll, countTrades } from '../platform/history.ts';
import { startPlatform } from '../platform/platform-process.ts';
import { csvMarket, csvSymbol } from './csv-file.ts';

export interface ImportPlaces {
  readonly folder: string;
  readonly file: string;
  /** Trades in the file. */
  readonly rows: number;
  /** Where to write a CPU profile of the import. */
  readonly profile?: string | undefined;
  /** Where to write one of the platform. */
  readonly platformProfile?: string | undefined;
}

/** The source of a file of trades of spot, where nobody names one. */
const source = 'binance';

/**
 * How long `npm run pricing:import` takes for a file from its start to its end, and how much memory it has for it, and the
 * platform, both with the flags that people run them with. How long the archive takes afterwards is told as well.
 */
export async function measureImport({ folder, file, rows, profile, platformProfile }: ImportPlaces): Promise<Figures> {
  const platform = await startPlatform({ folder, profile: platformProfile });
  const began = performance.now();
  const { peakRssMb: importerRssMb } = await runNpmScript('pricing:import', ['--url', platform.url, file], {
    folder,
    environment: { PORTOLAN_DATA: folder },
    profile,
  });
  const importMs = performance.now() - began;

  const { ask, close } = askOverHttp(platform.url, 1);
  const { from, every } = csvMarket(rows);
  const last = {
    product: csvSymbol,
    source,
    id: String(rows),
    price: '50000',
    size: '1',
    side: 'buy',
    time: '',
  } as const;
  const archiving = performance.now();
  await archiveAll(ask, last);
  const archiveMs = performance.now() - archiving;
  const counted = await countTrades(ask, from, from + rows * every, csvSymbol);
  close();
  const { peakRssMb: platformRssMb } = await platform.stop();
  const lost = Math.abs(rows - counted);
  return { rows, importMs, perSecond: (rows * 1_000) / importMs, archiveMs, importerRssMb, platformRssMb, lost };
}
