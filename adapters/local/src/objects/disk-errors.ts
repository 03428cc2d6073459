import { PortError } from '@portolan/kernel';

const meanings: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EIO: 'the disk gave an error',
  EROFS: 'the disk cannot be written to',
  EACCES: 'this process may not use it',
  EPERM: 'this process may not use it',
  ENOENT: 'its folder is gone',
  ENOTDIR: 'its folder is gone',
  EMFILE: 'this process has too many files open',
  ENFILE: 'this machine has too many files open',
};

/** An error of the file system as an error of a port, with the original as cause. */
export function diskError(error: unknown, path: string): PortError {
  if (error instanceof PortError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const meaning = meanings[code];
  return new PortError(meaning === undefined ? 'internal' : 'unavailable', `${path}: ${meaning ?? message}`, {
    cause: error,
  });
}
