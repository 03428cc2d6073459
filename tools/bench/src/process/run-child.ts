import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Figures } from '../measure/figures.ts';
import type { Job } from './job.ts';

const entry = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Does a job in a process of its own, so that memory and compiled code of one never help or hurt another. */
export function runChild(job: Job): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const child = fork(entry, [JSON.stringify(job)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let complaint = '';
    let figures: Figures | undefined;
    child.stderr!.on('data', (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString()}`.slice(-2_000);
    });
    child.once('message', (message) => {
      figures = message as Figures;
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (figures !== undefined) resolve(figures);
      else reject(new Error(`${describe(job)} ended with ${signal ?? code} and no figures\n${complaint}`));
    });
  });
}

const describe = (job: Job): string => ('subject' in job ? `${job.kind} of ${job.subject}` : job.kind);
