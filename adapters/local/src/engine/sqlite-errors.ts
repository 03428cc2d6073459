import { PortError, type ErrorCode } from '@portolan/kernel';

/** Primary result codes of SQLite. @see https://www.sqlite.org/rescode.html */
const codes: Readonly<Record<number, { readonly code: ErrorCode; readonly meaning: string }>> = {
  5: { code: 'unavailable', meaning: 'the file is locked by another process' },
  6: { code: 'unavailable', meaning: 'the file is locked' },
  7: { code: 'unavailable', meaning: 'memory ran out' },
  8: { code: 'unavailable', meaning: 'the file cannot be written to' },
  10: { code: 'unavailable', meaning: 'the disk gave an error' },
  11: { code: 'corrupted', meaning: 'the file is damaged' },
  13: { code: 'unavailable', meaning: 'the disk is full' },
  14: { code: 'unavailable', meaning: 'the file cannot be opened' },
  18: { code: 'too-large', meaning: 'a value is too large' },
  26: { code: 'corrupted', meaning: 'the file is not a database' },
};

/** The primary result code of an error of SQLite, `undefined` for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode & 0xff : undefined;
}

/** Errors of SQLite as errors of a port, with the original as cause; anything else as it is. */
export function translateError(error: unknown, file: string): unknown {
  const primary = sqliteCode(error);
  if (primary === undefined) return error;
  const { code, meaning } = codes[primary] ?? { code: 'internal', meaning: (error as Error).message };
  return new PortError(code, `${file}: ${meaning}`, { cause: error });
}
