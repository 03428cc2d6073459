import { readFileSync, realpathSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { sep } from 'node:path';
import { measureFsync } from '../measure/fsync.ts';

/** Where figures come from: they mean little without it. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly filesystem: string;
  readonly fsyncP50Ms: number;
  readonly fsyncP99Ms: number;
  /** Load average of the last minute before the bench began: above 0, others were at work. */
  readonly loadBefore: number;
}

/** @param folder - Where the measurements keep their data. */
export function describeMachine(folder: string): Machine {
  const { p50Ms, p99Ms } = measureFsync(folder);
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: totalmem() / 2 ** 30,
    system: `${type()} ${release()}`,
    node: process.version,
    filesystem: filesystemOf(folder),
    fsyncP50Ms: p50Ms,
    fsyncP99Ms: p99Ms,
    loadBefore: loadavg()[0] ?? 0,
  };
}

export const machineLine = (machine: Machine): string =>
  [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb.toFixed(0)} GB`,
    `${machine.system}, Node ${machine.node}`,
    `${machine.filesystem}, fsync of 4 KiB ${machine.fsyncP50Ms.toFixed(2)} ms (p99 ${machine.fsyncP99Ms.toFixed(2)})`,
  ].join('; ');

/** A warning where others were at work when the bench began: figures then say little. */
export function noiseLine({ loadBefore, cores }: Machine): string | undefined {
  if (loadBefore < cores / 4) return undefined;
  return `the machine was busy before (load ${loadBefore.toFixed(2)} on ${cores} cores): figures are rough`;
}

/** The type of the filesystem that a folder lies on: the longest mount point above it. Known on Linux only. */
function filesystemOf(folder: string): string {
  let mounts: string;
  try {
    mounts = readFileSync('/proc/self/mounts', 'utf8');
  } catch {
    // Another system: the figures stand without it.
    return 'filesystem unknown';
  }
  const path = `${realpathSync(folder)}${sep}`;
  const above = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, point]) => point !== undefined && path.startsWith(point.endsWith(sep) ? point : `${point}${sep}`))
    .sort(([, a], [, b]) => b!.length - a!.length);
  return above[0]?.[2] ?? 'filesystem unknown';
}
