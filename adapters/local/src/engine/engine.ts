import { PortError } from '@portolan/kernel';
import type { DatabaseSync } from 'node:sqlite';
import type { Alarm } from '@portolan/node';
import { openDatabase } from './database.ts';
import { sqliteCode, translateError } from './sqlite-errors.ts';
import { Statement } from './statement.ts';

/** Works that one transaction takes; the rest waits for the next turn of the event loop, so that reads get theirs. */
const maxWorksPerCommit = 2_000;
/** Numbers that {@link Engine.sequence} takes at a time. Those not used when the process ends are never given out. */
const sequenceBlock = 1_000_000;

interface PendingWork {
  readonly work: () => unknown;
  readonly applied: ((result: never) => void) | undefined;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
  result: unknown;
  failed: boolean;
  error: unknown;
}

/**
 * One SQLite file for any number of services, with group commit: whoever writes during one turn of the event loop shares
 * one transaction and one fsync, and is answered after it.
 */
export class Engine {
  readonly file: string;
  readonly alarm: Alarm;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, Statement>();
  #pending: PendingWork[] = [];
  #flush: NodeJS.Immediate | undefined;
  #closed = false;
  /** Whether the running work has changed anything: only then must a failure of it roll the transaction back. */
  #touched = false;
  #nextInSequence = 0;
  #reservedUpTo = 0;
  #commits = 0;

  /** @throws {PortError} `unavailable` when another process has the file open; `corrupted` for a file of another kind. */
  constructor(file: string, alarm: Alarm) {
    this.file = file;
    this.alarm = alarm;
    this.#database = openDatabase(file);
    const row = this.read(() => this.statement('SELECT next FROM portolan_sequence').get());
    this.#nextInSequence = row?.['next'] as number;
    this.#reservedUpTo = this.#nextInSequence;
  }

  /** Transactions committed since the file was opened. */
  get commits(): number {
    return this.#commits;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Whether any write waits for its commit. */
  get busy(): boolean {
    return this.#pending.length > 0;
  }

  /**
   * Runs `work` inside the next transaction.
   *
   * @param work - Synchronous. May be run again after a rollback, so it changes nothing but rows; when it throws, none of
   *   its changes stay, and the others in the transaction do not notice.
   * @param applied - Called straight after the commit, before anything else runs: the place to change what is in memory.
   * @returns Settles after the commit.
   * @throws {PortError} `unavailable` when the disk is full or fails (it may have happened), and after `close`.
   */
  write<T>(work: () => T, applied?: (result: T) => void): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closedError());
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({ work, applied, resolve, reject, result: undefined, failed: false, error: undefined });
      this.#flush ??= setImmediate(this.#commitPending);
    });
  }

  /** Runs `work` at once, on what has been committed. */
  read<T>(work: () => T): T {
    if (this.#closed) throw this.#closedError();
    try {
      return work();
    } catch (error) {
      throw translateError(error, this.file);
    }
  }

  /** The prepared statement of this text, prepared once. */
  statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = new Statement(this.#database.prepare(sql), () => {
        this.#touched = true;
      });
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Changes the layout, all of it or nothing, at once. For ports that are being opened. */
  define(change: (execute: (sql: string) => void) => void): void {
    this.read(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        change((sql) => this.#database.exec(sql));
        this.#database.exec('COMMIT');
      } catch (error) {
        this.#rollback();
        throw error;
      }
    });
  }

  /** The next of a sequence of integers that grows for as long as the file exists. Only inside `write`. */
  sequence(): number {
    if (this.#nextInSequence >= this.#reservedUpTo) {
      const upTo = this.#nextInSequence + sequenceBlock;
      this.statement('UPDATE portolan_sequence SET next = ?').run(upTo);
      this.#reservedUpTo = upTo;
    }
    return this.#nextInSequence++;
  }

  /** Commits what waits, folds the write-ahead log into the file, and lets the file go. */
  close(): void {
    if (this.#closed) return;
    clearImmediate(this.#flush);
    while (this.#pending.length > 0) this.#commitPending();
    this.#closed = true;
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // A full disk, say. The log beside the file holds everything, and the next start folds it in.
    }
    this.#database.close();
  }

  readonly #commitPending = (): void => {
    let group = this.#pending.splice(0, maxWorksPerCommit);
    this.#flush = this.#pending.length > 0 ? setImmediate(this.#commitPending) : undefined;
    while (group.length > 0) {
      const culprits = this.#attempt(group);
      if (culprits.length === 0) break;
      for (const { reject, error } of culprits) reject(translateError(error, this.file));
      group = group.filter((pending) => !culprits.includes(pending));
    }
    for (const pending of group) if (!pending.failed) apply(pending);
    for (const { failed, resolve, reject, result, error } of group) {
      if (failed) reject(translateError(error, this.file));
      else resolve(result as never);
    }
  };

  /** One transaction. @returns Nobody when it was committed; otherwise those without whom it must be tried again. */
  #attempt(group: readonly PendingWork[]): readonly PendingWork[] {
    try {
      this.statement('BEGIN IMMEDIATE').run();
      for (const pending of group) {
        if (this.#run(pending)) continue;
        this.#rollback();
        // A full or failing disk is nobody's fault: it fails for all, once.
        return isFaultOfDisk(pending.error) ? blame(group, pending.error) : [pending];
      }
      this.statement('COMMIT').run();
    } catch (error) {
      this.#rollback();
      return blame(group, error);
    }
    this.#commits++;
    return [];
  }

  /** @returns Whether the transaction may go on: a work that failed before it changed anything does no harm. */
  #run(pending: PendingWork): boolean {
    this.#touched = false;
    pending.failed = false;
    try {
      pending.result = pending.work();
      return true;
    } catch (error) {
      pending.failed = true;
      pending.error = error;
      return !this.#touched && sqliteCode(error) === undefined;
    }
  }

  #rollback(): void {
    // Some errors have ended the transaction already.
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    // What was reserved inside the transaction is not reserved any more.
    this.#reservedUpTo = this.#nextInSequence;
  }

  #closedError(): PortError {
    return new PortError('unavailable', `${this.file}: the platform is shutting down`);
  }
}

/** A fault in what follows a commit must not leave the other writers of the group without an answer. */
function apply(pending: PendingWork): void {
  try {
    pending.applied?.(pending.result as never);
  } catch (error) {
    pending.failed = true;
    pending.error = error;
  }
}

function blame(group: readonly PendingWork[], error: unknown): readonly PendingWork[] {
  for (const pending of group) pending.error = error;
  return group;
}

const faultsOfDisk: ReadonlySet<number | undefined> = new Set([5, 6, 7, 8, 10, 11, 13, 14, 26]);
const isFaultOfDisk = (error: unknown): boolean => faultsOfDisk.has(sqliteCode(error));
