import { bytesOf, PortError, type Objects } from '@portolan/kernel';
import { gunzipSync, gzipSync, strFromU8, strToU8 } from 'fflate';
import type { ArchiveLevel } from '../interval.ts';
import { archive } from '../ports.ts';

/**
 * Keys of the archive, by date and hour: `minutes/BTC-USD/2026/01/31/13/05.jsonl.gz`, `hours/BTC-USD/2026/01/31/13.json.gz`,
 * down to `years/BTC-USD/2026.json.gz`. The object above names what is below it, so that nothing needs to be listed.
 */
export const objectKey = (product: string, level: ArchiveLevel, name: string): string =>
  `${level}s/${product}/${name.replaceAll(/[-T:]/g, '/')}.${level === 'minute' ? 'jsonl' : 'json'}.gz`;

/** Compresses as gzip does. What a text holds decides, not its bytes; equal ones are welcome where somebody compares objects. */
export type Compress = (text: string) => Promise<Uint8Array>;

/**
 * By plain code, at once: for whoever has nothing faster, and for virtual time, which does not wait for other threads. Level 3
 * takes half the time of 6 for 3 % more bytes.
 */
export const plainGzip: Compress = (text) => Promise.resolve(gzipSync(strToU8(text), { level: 3, mtime: 0 }));

export interface ArchivedText {
  readonly text: string;
  readonly tag: string;
  /** Whether another text stood there before. */
  readonly revision: boolean;
}

/** The text of an object, or `undefined` where there is none. @throws {PortError} `corrupted` for one that is not gzip. */
export async function readText(objects: Pick<Objects, 'get'>, key: string): Promise<ArchivedText | undefined> {
  const object = await objects.get(key);
  if (object === undefined) return undefined;
  const bytes = await bytesOf(object.body, archive.maxObjectBytes);
  try {
    return { text: strFromU8(gunzipSync(bytes)), tag: object.tag, revision: object.metadata['revision'] === 'yes' };
  } catch (cause) {
    throw new PortError('corrupted', `object "${key}" is not compressed as the archive's are`, { cause });
  }
}

export type TextWrite =
  /** It stands, written now or before. */
  | ({ readonly kind: 'stands' } & Omit<ArchivedText, 'text'>)
  /** Somebody else wrote since `before` was read. */
  | { readonly kind: 'conflict' };

/**
 * Writes the text of an object over what was read before; what stands already is not written again.
 *
 * @throws {PortError} `too-large` for what could not be read again.
 */
export async function writeText(
  objects: Pick<Objects, 'put'>,
  key: string,
  text: string,
  before: ArchivedText | undefined,
  compress: Compress,
): Promise<TextWrite> {
  if (before?.text === text) return { kind: 'stands', tag: before.tag, revision: before.revision };
  const revision = before !== undefined;
  const written = await objects.put(key, await compress(text), {
    condition: revision ? { tag: before.tag } : 'absent',
    contentType: 'application/gzip',
    ...(revision ? { metadata: { revision: 'yes' } } : {}),
  });
  return written.kind === 'conflict' ? written : { kind: 'stands', tag: written.tag, revision };
}
