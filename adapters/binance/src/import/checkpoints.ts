import type { BinanceFile } from '../file/binance-file.ts';

/** How far files have been imported. Kept beside what they are imported into, or told apart by `target`. */
export interface Checkpoints {
  /** The last line that was saved; `undefined` where nothing was. */
  load(fileKey: string): Promise<number | undefined>;
  /** Replaces the line. Where the process dies meanwhile, either line is found later. */
  save(fileKey: string, line: number): Promise<void>;
}

/**
 * The key of one file's import: another one for another target, product or source, and for another or a changed file; see
 * {@link BinanceFile.fingerprint}. Where in doubt the import begins again, which costs time and changes nothing.
 *
 * @param target - Where the trades go: the URL of a service, say.
 */
export function fileKeyOf(file: BinanceFile, target: string, product: string, source: string): string {
  return JSON.stringify([target, product, source, file.fingerprint]);
}
