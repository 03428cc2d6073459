import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Linux's file system in memory. */
const memory = '/dev/shm';

/** The lanes leave some 130 MB there at once; a container that was given 64 MB has too little. */
const roomBytes = 1_073_741_824;

/**
 * The folder for the temporary files of lanes whose tests never lose power: in memory where there is room, since the local
 * adapters wait for the disk at each commit, for longer than everything else that their tests do.
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
