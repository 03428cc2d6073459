import type { Figures } from '../measure/figures.ts';
import { cpuProbe, noProbe, type Probe } from '../measure/probe.ts';
import { endChild, givenToChild } from '../process/child-process.ts';
import type { Job, Way } from './job.ts';
import type { Ask } from './platform/ask.ts';

/** The entry of a child process: does the job in its argument, sends the figures to its parent, and ends. Each job loads its own code only. */
async function measure(job: Job): Promise<Figures> {
  const probe = job.profile === undefined ? noProbe : cpuProbe(job.profile);
  switch (job.kind) {
    case 'aggregate': {
      const { loadAggregator } = await import('./aggregate/aggregator.ts');
      const { measureAggregate } = await import('./measure/aggregate.ts');
      return measureAggregate(await loadAggregator(job.by), job.order, job.size, probe);
    }
    case 'ingest': {
      const { measureIngest } = await import('./measure/ingest.ts');
      return onService(job, (ask) => measureIngest(ask, job.size, probe));
    }
    case 'write-csv': {
      await (await import('./measure/csv-file.ts')).writeCsv(job.file, job.rows);
      return {};
    }
    case 'import':
      return (await import('./measure/import.ts')).measureImport(job);
    case 'fill-year':
      return (await import('./measure/year.ts')).fillYear(job.folder, job.size);
    case 'candles': {
      const { measureCandles } = await import('./measure/query.ts');
      return onService(job, (ask) => measureCandles(ask, job.size, probe));
    }
    case 'average':
      return measureAverages(job, probe);
    case 'fanout':
      return (await import('./measure/fanout.ts')).measureFanout(job, job.size);
  }
}

/**
 * Measures on a service in this process, or on one in another process.
 *
 * @returns The figures; with the memory of the other process, while this one's is mostly what was prepared.
 */
async function onService(
  { way, folder }: { readonly way: Way; readonly folder: string },
  work: (ask: Ask) => Promise<Figures>,
): Promise<Figures> {
  if (way === 'in process') {
    const { openPricing } = await import('./platform/open-pricing.ts');
    const pricing = await openPricing(folder);
    const figures = await work(pricing.ask);
    await pricing.close();
    return figures;
  }
  const { startPlatform } = await import('./platform/platform-process.ts');
  const { askOverHttp } = await import('./platform/ask.ts');
  const platform = await startPlatform({ folder });
  const { ask, close } = askOverHttp(platform.url, 8);
  const figures = await work(ask);
  close();
  return { ...figures, ...(await platform.stop()) };
}

async function measureAverages({ folder, size }: Extract<Job, { kind: 'average' }>, probe: Probe): Promise<Figures> {
  const { openPricing } = await import('./platform/open-pricing.ts');
  const { measureAverage } = await import('./measure/query.ts');
  let reads = 0;
  const pricing = await openPricing(folder, () => reads++);
  const figures = await measureAverage(pricing.ask, () => reads, size, probe);
  await pricing.close();
  return figures;
}

await endChild(await measure(givenToChild<Job>()));
