import type { ByteRange } from '@portolan/kernel';

/**
 * The bytes that a `range` header asks for. Only one range is given at a time; a header that asks for several, or is
 * malformed, asks for everything, as the standard allows.
 *
 * @returns `undefined` for everything; `unsatisfiable` where the object has none of them.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 */
export function requestedRange(
  header: string | undefined,
  sizeBytes: number,
): Required<ByteRange> | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const from = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  return from < to ? { from, to } : 'unsatisfiable';
}
