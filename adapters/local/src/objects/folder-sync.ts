import { closeSync, fsyncSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';

// Windows opens no folders; there, names are as safe as its file system makes them.
const possible = process.platform !== 'win32';

/**
 * Brings the names in a folder to the disk: the content of a new file is of no use after a power cut if its name is not
 * there. Whoever asks while that is under way shares the next time.
 */
export function folderSync(folder: string): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const run = (): Promise<void> => {
    next = undefined;
    return (running = sync(folder).finally(() => (running = undefined)));
  };
  return () => {
    if (running === undefined) return run();
    return (next ??= running.then(run, run));
  };
}

/** The same at once, for folders that were just made. */
export function syncFolderNow(folder: string): void {
  if (!possible) return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function sync(folder: string): Promise<void> {
  if (!possible) return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
