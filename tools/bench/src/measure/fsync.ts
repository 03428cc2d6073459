import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { quantile } from '../report/statistics.ts';

/** How long the disk of a folder takes to make 4 KiB durable at the end of a file, in milliseconds. */
export function measureFsync(folder: string, count = 300): { readonly p50Ms: number; readonly p99Ms: number } {
  const file = join(folder, 'fsync-probe');
  const handle = openSync(file, 'w');
  const page = Buffer.alloc(4_096, 1);
  const waits: number[] = [];
  try {
    for (let round = 0; round < count; round++) {
      writeSync(handle, page);
      const began = performance.now();
      fdatasyncSync(handle);
      waits.push(performance.now() - began);
    }
  } finally {
    closeSync(handle);
    rmSync(file);
  }
  return { p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99) };
}
