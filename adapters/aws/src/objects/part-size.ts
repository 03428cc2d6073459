const mebibyte = 1_048_576;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const multipart = { maxParts: 10_000, minPartBytes: 5 * mebibyte, maxPartBytes: 5_120 * mebibyte } as const;

/** The parts of most uploads: large enough for S3 to be quick, small enough for a function to hold some of them. */
export const usualPartBytes = 8 * mebibyte;

/** After so many parts the next are larger. */
const stepParts = 1_000;
const steps = multipart.maxParts / stepParts;

/**
 * Size of one part of an upload whose end is not known, so that 10,000 of them reach the largest object that the port
 * allows: 8 MiB each up to 78 GiB; for larger ports each thousand parts are larger than those before.
 *
 * @param index - 0 for the first part.
 * @param maxObjectBytes - At most 5 TiB, for which the last parts have 1.04 GiB.
 */
export function partBytes(index: number, maxObjectBytes: number): number {
  const excess = maxObjectBytes / (usualPartBytes * stepParts) - steps;
  if (excess <= 0) return usualPartBytes;
  // The sum of 0, 1, … 9 is what ten steps add.
  const growth = excess / ((steps * (steps - 1)) / 2);
  return Math.ceil(usualPartBytes * (1 + growth * Math.floor(index / stepParts)));
}

/** Size of the parts by which an object is copied, so that 10,000 of them reach its end. */
export function copyPartBytes(sizeBytes: number): number {
  return Math.max(512 * mebibyte, Math.ceil(sizeBytes / multipart.maxParts));
}
