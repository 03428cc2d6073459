import { writeFileSync } from 'node:fs';
import { peakRssMb } from '../measure/memory.ts';

/** Loaded before a program that knows nothing of the bench: writes down at its end how much memory it had. */
process.once('exit', () => writeFileSync(process.env['BENCH_MEMORY']!, JSON.stringify({ peakRssMb: peakRssMb() })));
