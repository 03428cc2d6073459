import { PortError } from './errors.ts';
import { maxSignedMs, type ByteRange, type ObjectListOptions, type ObjectPutOptions } from './objects.ts';
import { utf8Bytes } from './units.ts';

/** What S3, Blob Storage and Cloud Storage can all hold, with room for a prefix of a deployment's own. */
const maxObjectKeyBytes = 700;

/** @throws {PortError} `invalid`, with what is wrong, unless `key` is one that {@link Objects} allows. */
export function checkObjectKey(port: string, key: string): void {
  const fault = faultOfKey(key);
  if (fault !== undefined) throw new PortError('invalid', `objects "${port}": key ${JSON.stringify(key)} ${fault}`);
}

function faultOfKey(key: string): string | undefined {
  if (typeof key !== 'string' || key === '') return 'must be a text of at least one character';
  if (utf8Bytes(key) > maxObjectKeyBytes) return `has ${utf8Bytes(key)} bytes; at most ${maxObjectKeyBytes} fit`;
  if (unspeakable(key)) return 'has a control character, a backslash or half of a surrogate pair';
  for (const segment of key.split('/')) {
    if (segment === '') return 'has an empty segment: no "/" at its ends, and no two in a row';
    if (segment.length > 250) return 'has a segment of over 250 characters';
    if (segment.endsWith('.')) return 'has a segment that ends with a dot';
  }
  return undefined;
}

// eslint-disable-next-line no-control-regex -- these are what is looked for
const unspeakable = (text: string): boolean => /[\u0000-\u001f\u007f\\]/.test(text) || !text.isWellFormed();

/** @throws {PortError} `invalid` for options of {@link Objects.put} that are not as they must be. */
export function checkPutOptions(port: string, { contentType, metadata }: ObjectPutOptions): void {
  const refuse = (why: string): never => {
    throw new PortError('invalid', `objects "${port}": ${why}`);
  };
  if (contentType !== undefined && !/^[\x20-\x7e]{1,200}$/.test(contentType))
    refuse(`contentType must be 1 to 200 printable ASCII characters, not ${JSON.stringify(contentType)}`);
  let sizeBytes = 0;
  for (const [name, value] of Object.entries(metadata ?? {})) {
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name))
      refuse(`metadata name ${JSON.stringify(name)} must be 1 to 40 of a-z, 0-9 and "_", a letter first`);
    // Blanks at the ends do not survive as a header.
    if (!/^[\x20-\x7e]*$/.test(value) || value.trim() !== value)
      refuse(`metadata "${name}" must be printable ASCII without blanks at its ends, not ${JSON.stringify(value)}`);
    sizeBytes += name.length + value.length;
  }
  if (sizeBytes > 2_048) refuse(`metadata has ${sizeBytes} bytes; at most 2048 fit`);
}

/** @throws {PortError} `invalid` unless a signed URL may live that long: 1 s to 12 hours. */
export function checkSignedMs(port: string, expiresInMs: number): void {
  if (Number.isInteger(expiresInMs) && expiresInMs >= 1_000 && expiresInMs <= maxSignedMs) return;
  throw new PortError(
    'invalid',
    `objects "${port}": expiresInMs must be an integer from 1000 to ${maxSignedMs}, not ${expiresInMs}`,
  );
}

/** Objects that one page of a list may have. */
const maxListedObjects = 1_000;

/**
 * The prefix and the page size of a list, as they were given or by default.
 *
 * @throws {PortError} `invalid` for a page size out of bounds, and for a prefix that no key can begin with.
 */
export function checkListOptions(
  port: string,
  { prefix = '', limit = maxListedObjects }: ObjectListOptions,
): { readonly prefix: string; readonly limit: number } {
  const refuse = (why: string): never => {
    throw new PortError('invalid', `objects "${port}": ${why}`);
  };
  if (!Number.isInteger(limit) || limit < 1 || limit > maxListedObjects)
    refuse(`limit must be an integer from 1 to ${maxListedObjects}, not ${limit}`);
  if (typeof prefix !== 'string' || unspeakable(prefix) || utf8Bytes(prefix) > maxObjectKeyBytes)
    refuse(`no key can begin with ${JSON.stringify(prefix)}`);
  return { prefix, limit };
}

/** @throws {PortError} `invalid` unless the range is one: integers, `from` at least 0, `to` behind it. */
export function checkByteRange(port: string, { from, to }: ByteRange): void {
  const whole =
    Number.isSafeInteger(from) && from >= 0 && (to === undefined || (Number.isSafeInteger(to) && to > from));
  if (whole) return;
  throw new PortError('invalid', `objects "${port}": there is no range from ${from} to ${to ?? 'the end'}`);
}

/**
 * The bytes that a range means in an object of that size; all of them without a range.
 *
 * @throws {PortError} `invalid` for a range that begins at or behind the end, or that is none.
 */
export function bytesInRange(
  port: string,
  range: ByteRange | undefined,
  sizeBytes: number,
): { readonly from: number; readonly to: number } {
  if (range === undefined) return { from: 0, to: sizeBytes };
  checkByteRange(port, range);
  if (range.from < sizeBytes) return { from: range.from, to: Math.min(range.to ?? sizeBytes, sizeBytes) };
  throw new PortError('invalid', `objects "${port}": byte ${range.from} is behind the end of ${sizeBytes} bytes`);
}
