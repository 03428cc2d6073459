/** Taken out once: where modules run in a context of their own, every look at a global is slow, and these are many. */
const { floor, imul } = Math;

/**
 * Numbers that follow from what they are for, instead of from what was drawn before: the same seed, stream and index, the
 * same number, in any order and in any process.
 *
 * The mixing is MurmurHash3's (x86, 32 bits), over the stream and both halves of the index. Only integer arithmetic, so that
 * no engine rounds it differently.
 *
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export class Dice {
  readonly #seed: number;

  /** @param name - Tells the dice of one seed apart. */
  constructor(seed: number, name: string) {
    let mixed = seed | 0;
    for (const character of name) mixed = stir(mixed, character.codePointAt(0)!);
    this.#seed = mixed;
  }

  /** @param index - Safe integer. @returns Integer in [0, 2^32). */
  roll(stream: number, index: number): number {
    let mixed = stir(this.#seed, stream);
    mixed = stir(mixed, index >>> 0);
    mixed = stir(mixed, floor(index / 0x1_0000_0000));
    mixed ^= mixed >>> 16;
    mixed = imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = imul(mixed, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(stream: number, index: number): number {
    return this.roll(stream, index) / 0x1_0000_0000;
  }

  /** Bell-shaped, mean 0, variance 1, within 3.5: the sum of four bytes. */
  normal(stream: number, index: number): number {
    const roll = this.roll(stream, index);
    const sum = (roll & 0xff) + ((roll >>> 8) & 0xff) + ((roll >>> 16) & 0xff) + (roll >>> 24);
    return (sum - 510) / fourBytesDeviation;
  }
}

/** Standard deviation of the sum of four uniform bytes: sqrt(4 * (256^2 - 1) / 12). */
const fourBytesDeviation = 147.8;

function stir(mixed: number, word: number): number {
  let k = imul(word | 0, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = mixed ^ imul(k, 0x1b873593);
  return (imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** e^x for small x, by multiplications alone: engines differ in the last digit of `Math.exp`, and prices must not. */
export function growth(x: number): number {
  let result = 1 + x / 1_024;
  for (let doubling = 0; doubling < 10; doubling++) result *= result;
  return result;
}
