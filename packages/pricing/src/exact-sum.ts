import { narrow } from './decimal.ts';

/** A sum that is exact at any size: a number where it is a safe integer, else a bigint. */
export type Sum = number | bigint;

export function addSums(left: Sum, right: Sum): Sum {
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right;
    if (sum <= Number.MAX_SAFE_INTEGER) return sum;
  }
  return narrow(BigInt(left) + BigInt(right));
}

const limb = 2 ** 52;
const half = 2 ** 26;

/**
 * Adds up safe integers and products of two, exactly and fast: the sum stands in two numbers, as digits to the base 2^52,
 * because bigints cost ten times as much per addition. What two numbers cannot hold goes to a bigint beside them.
 */
export class ExactSum {
  /** At least 0, below 2^52. */
  #low = 0;
  /** A safe integer: 2^52 times this is part of the sum. */
  #high = 0;
  #rest = 0n;

  /** @param value - A safe integer, not negative. */
  add(value: number): void {
    if (value >= limb) {
      this.#high += 1;
      this.#addLow(value - limb);
    } else this.#addLow(value);
  }

  /** Adds `left * right`, both safe integers and not negative. */
  addProduct(left: number, right: number): void {
    const product = left * right;
    // Rounding is monotone: a product that rounds to less than 2^52 was less, and is exact.
    if (product < limb) this.#addLow(product);
    else if (left < limb && right < limb) this.#addWide(left, right);
    else this.#rest += BigInt(left) * BigInt(right);
  }

  value(): Sum {
    if (this.#high === 0 && this.#rest === 0n) return this.#low;
    return narrow(BigInt(this.#high) * BigInt(limb) + BigInt(this.#low) + this.#rest);
  }

  /** @param value - Below 2^52. */
  #addLow(value: number): void {
    const low = this.#low + value;
    if (low >= limb) {
      this.#low = low - limb;
      this.#high += 1;
    } else this.#low = low;
  }

  /** Both below 2^52: the halves' products are then exact, and each below 2^52. */
  #addWide(left: number, right: number): void {
    const leftHigh = Math.floor(left / half);
    const leftLow = left - leftHigh * half;
    const rightHigh = Math.floor(right / half);
    const rightLow = right - rightHigh * half;
    const middle = leftHigh * rightLow + leftLow * rightHigh;
    const middleHigh = Math.floor(middle / half);
    this.#addLow(leftLow * rightLow);
    this.#addLow((middle - middleHigh * half) * half);
    this.#high += leftHigh * rightHigh + middleHigh;
    // The next product adds up to 2^52 and a bit: half of that keeps the sum safe.
    if (this.#high < limb / 2) return;
    this.#rest += BigInt(this.#high) * BigInt(limb);
    this.#high = 0;
  }
}
