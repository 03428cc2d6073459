import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';

export interface TemporaryFolder {
  readonly path: string;
  /** Writes a file; gives its path. */
  write(name: string, content: string | Uint8Array): string;
  readonly remove: () => void;
}

export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'portolan-binance-'));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A zip of these files, by name. @param level - 0 stores them as they are. */
export const zipped = (files: Readonly<Record<string, string>>, level: 0 | 6 = 6): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])), { level });

export const gzipped = (text: string): Uint8Array => gzipSync(text);

/** Rows of spot trades as Binance writes them: ids from `firstId`, one each 100 ms of 2025-01-01. */
export function spotTrades(rows: number, firstId = 1): string {
  return Array.from({ length: rows }, (_, index) => spotTrade(firstId + index)).join('');
}

/** The row of one spot trade; everything in it follows from its id. */
export function spotTrade(id: number): string {
  const cents = 9_357_600 + ((id * 31) % 400) - 200;
  const price = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}000000`;
  const size = `0.${String(((id * 104_729) % 99_999) + 1).padStart(5, '0')}000`;
  const micros = 1_735_689_600_000_000 + id * 100_000 + (id % 7);
  return `${id},${price},${size},1.00000000,${micros},${id % 3 === 0 ? 'True' : 'False'},True\n`;
}
