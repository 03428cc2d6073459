import type { Figures } from '../measure/figures.ts';
import { peakRssMb } from '../measure/memory.ts';
import { cpuProbe, noProbe } from '../measure/probe.ts';
import { endChild, givenToChild } from '../process/child-process.ts';
import type { Job } from './job.ts';
import { measureCreate } from './measure/create.ts';
import { measureDrain } from './measure/drain.ts';
import { measureHttp } from './measure/http.ts';
import { measureLateness } from './measure/lateness.ts';
import { fill, measureOver } from './measure/million.ts';
import { openPortolan } from './subject/portolan.ts';
import { loadSubject } from './subject/subjects.ts';

/** The entry of a child process: does the job in its argument, sends the figures to its parent, and ends. */
async function measure(job: Job): Promise<Figures> {
  switch (job.kind) {
    case 'fill':
      return fill(job.folder, job.count);
    case 'over':
      return measureOver(job.folder, job.size);
    case 'http': {
      const portolan = await openPortolan(job, 'webhook');
      const figures = await measureHttp(portolan, job.size);
      await portolan.close();
      return figures;
    }
    default: {
      const open = await loadSubject(job.subject);
      const subject = await open(job.place);
      const figures = await measureSubject(job, subject);
      await subject.close();
      return { ...figures, peakRssMb: peakRssMb() };
    }
  }
}

function measureSubject(
  job: Extract<Job, { readonly subject: unknown }>,
  subject: Parameters<typeof measureLateness>[0],
): Promise<Figures> {
  if (job.kind === 'lateness') return measureLateness(subject, job.size);
  const probe = job.profile === undefined ? noProbe : cpuProbe(job.profile);
  return job.kind === 'create' ? measureCreate(subject, job.size, probe) : measureDrain(subject, job.size, probe);
}

// Peers may leave connections and timers behind; their work is done once the parent has the figures.
await endChild(await measure(givenToChild<Job>()));
