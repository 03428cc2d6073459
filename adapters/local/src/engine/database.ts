import { PortError } from '@portolan/kernel';
import { DatabaseSync } from 'node:sqlite';
import { sqliteCode, translateError } from './sqlite-errors.ts';

/** Marks a file as one of this platform: "Ptln" in ASCII. */
const applicationId = 0x50746c6e;
/** The layout of the files that this version writes and understands. */
const layoutVersion = 1;

/**
 * Opens or creates a file of the platform, for this process alone.
 *
 * @throws {PortError} `unavailable` while another process has it open; `corrupted` for a file of another kind.
 */
export function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    // Before anything is read: a lock that is held for good needs no shared memory and no lock for each transaction.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    checkKind(database, file);
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA cache_size = -32768');
    database.exec('PRAGMA temp_store = MEMORY');
    // Measured: checkpoints of 32 MiB instead of 4 double the throughput of writes at random places.
    database.exec('PRAGMA wal_autocheckpoint = 8000');
    database.exec('PRAGMA journal_size_limit = 134217728');
    // Takes the lock now, so that a second process learns of it at once and not at its first write.
    database.exec('BEGIN IMMEDIATE');
    layOut(database);
    database.exec('COMMIT');
    return database;
  } catch (error) {
    database?.close();
    if (sqliteCode(error) === 5) {
      throw new PortError(
        'unavailable',
        `${file} is in use by another process; stop it, or give this one a file of its own`,
        {
          cause: error,
        },
      );
    }
    throw translateError(error, file);
  }
}

function checkKind(database: DatabaseSync, file: string): void {
  const pragma = (name: string): number => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0] as number;
  const found = pragma('application_id');
  if (found !== applicationId && (found !== 0 || pragma('page_count') > 0)) {
    throw new PortError('corrupted', `${file} is a database of something else; name a new file`);
  }
  const version = pragma('user_version');
  if (version <= layoutVersion) return;
  throw new PortError(
    'unsupported',
    `${file} has layout ${version}, newer than the ${layoutVersion} that this version reads`,
  );
}

function layOut(database: DatabaseSync): void {
  database.exec(`
    PRAGMA application_id = ${applicationId};
    PRAGMA user_version = ${layoutVersion};
    CREATE TABLE IF NOT EXISTS portolan_sequence (next INTEGER NOT NULL) STRICT;
    INSERT INTO portolan_sequence SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM portolan_sequence);
  `);
}
