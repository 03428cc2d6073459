import type { Clock, Ids } from '@portolan/kernel';
import { randomFillSync } from 'node:crypto';

/** Random bytes that are drawn at a time: system calls cost more than bytes. */
const pooledBytes = 4_096;
/** Random bytes of a fresh instant's first id: 60 bits, so that the increments that follow have room. */
const limbDigits = [5, 5, 6] as const;

/**
 * Ids that are unique everywhere and grow within the process: 10 digits of base 36 for the milliseconds, 16 for a
 * random number that is counted on from within one millisecond. Neighbours in time are neighbours in every b-tree.
 */
export function orderedIds(clock: Clock): Ids {
  const random = randomUint32();
  let lastMs = -1;
  let time = '';
  // 16 digits as three numbers, the most significant first.
  let limbs: [number, number, number] = [0, 0, 0];
  return {
    next() {
      // When the clock is set back, counting goes on from where it was: order within the process comes first.
      const now = clock.now();
      if (now > lastMs) {
        lastMs = now;
        time = now.toString(36).padStart(10, '0');
        limbs = [random() % (36 ** 5 / 2), random() % 36 ** 5, random() % 36 ** 6];
      } else countOn(limbs, 1 + (random() % 1_000_000));
      return time + limbs.map((limb, index) => limb.toString(36).padStart(limbDigits[index]!, '0')).join('');
    },
  };
}

/** Adds a step, so that one id does not give the next one away. The first limb has room for 10^16 of them. */
function countOn(limbs: [number, number, number], step: number): void {
  limbs[2] += step;
  if (limbs[2] < 36 ** 6) return;
  limbs[2] -= 36 ** 6;
  limbs[1]++;
  if (limbs[1] < 36 ** 5) return;
  limbs[1] = 0;
  limbs[0]++;
}

function randomUint32(): () => number {
  const pool = new Uint32Array(pooledBytes / 4);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    return pool[used++]!;
  };
}
