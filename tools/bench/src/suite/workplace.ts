import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of a bench on the disk that is measured, which go with it. */
export class Workplace {
  readonly folder: string;
  #made = 0;

  /** @param dataFolder - On the disk to measure; the bench makes a folder of its own in it. */
  constructor(dataFolder: string) {
    this.folder = mkdtempSync(join(dataFolder, 'portolan-bench-'));
    // PostgreSQL may have to run as another user, who must be able to walk to its part of this folder.
    chmodSync(this.folder, 0o711);
  }

  /** A new, empty folder. */
  newFolder(): string {
    const folder = join(this.folder, String(this.#made++));
    mkdirSync(folder);
    return folder;
  }

  /** Works in a new folder, which is removed afterwards. */
  async within<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = this.newFolder();
    try {
      return await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
