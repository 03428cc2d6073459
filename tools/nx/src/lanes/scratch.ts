import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Linux's file system in memory. */
const memory = '/dev/shm';

/** The lanes leave some 130 MB there at once; containers have 64 MB unless they are given more. */
const roomBytes = 1_073_741_824;

/**
 * The folder for temporary files that nobody looks for after a crash: in memory where there is room. The local adapters wait
 * for the disk at each commit, for longer than all else that their tests do; copies of the workspace are thousands of files.
 *
 * @param folder - Where to look for room. @default '/dev/shm'
 * @returns That folder, or the machine's own for temporary files.
 */
export function scratchRoot(folder = memory, neededBytes = roomBytes): string {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= neededBytes ? folder : tmpdir();
  } catch {
    return tmpdir();
  }
}
