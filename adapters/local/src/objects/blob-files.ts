import { PortError } from '@portolan/kernel';
import { randomUUID } from 'node:crypto';
import { mkdirSync, openSync, readdirSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskError } from './disk-errors.ts';
import { folderSync, syncFolderNow } from './folder-sync.ts';

/** A file that is being written. It counts once it is finished, and leaves nothing behind when it is discarded. */
export interface NewBlob {
  write(bytes: Uint8Array): Promise<void>;
  /** When this resolves, the bytes and the file's name are on the disk. @returns The name. */
  finish(): Promise<string>;
  discard(): Promise<void>;
}

/**
 * Files of one folder, each written once and never changed: bytes of objects that are too long for the platform's file.
 *
 * Throws {@link PortError} `unavailable` where the disk is full or fails.
 */
export class BlobFiles {
  readonly #folder: string;
  readonly #sync: () => Promise<void>;

  /** Makes the folder, and the one it lies in, where there is none. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#sync = folderSync(folder);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      syncFolderNow(dirname(folder));
      syncFolderNow(dirname(dirname(folder)));
    } catch (error) {
      throw diskError(error, folder);
    }
  }

  async create(): Promise<NewBlob> {
    const name = randomUUID();
    const path = join(this.#folder, name);
    const handle = await onDisk(path, open(path, 'wx', 0o600));
    const finish = async (): Promise<string> => {
      await handle.datasync();
      await handle.close();
      await this.#sync();
      return name;
    };
    return {
      write: (bytes) => onDisk(path, handle.writeFile(bytes)),
      finish: () => onDisk(path, finish()),
      discard: async () => {
        // Why it is discarded is told elsewhere; how it closes changes nothing.
        await handle.close().catch(() => {});
        await this.remove(name);
      },
    };
  }

  /** @returns A descriptor, which stays good when the file is removed. */
  openToRead(name: string): number {
    const path = join(this.#folder, name);
    try {
      return openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw diskError(error, path);
      throw new PortError('corrupted', `${path} is missing, and an object stands that has its bytes there`, {
        cause: error,
      });
    }
  }

  /** Removes a file that nothing needs. Where that fails it is only space, and the next start tries again. */
  async remove(name: string): Promise<void> {
    await unlink(join(this.#folder, name)).catch(() => {});
  }

  /** Every file there is. */
  names(): readonly string[] {
    try {
      return readdirSync(this.#folder);
    } catch (error) {
      throw diskError(error, this.#folder);
    }
  }
}

async function onDisk<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw diskError(error, path);
  }
}
