import type { FieldProblem } from '@portolan/kernel';

/** Parts of a request taken apart, or what was wrong with them. */
export type Read<T> =
  { readonly kind: 'read'; readonly value: T } | { readonly kind: 'refused'; readonly errors: readonly FieldProblem[] };

/** Decodes path parameters. A malformed one is refused: guessing could name another resource. */
export function readParams(
  raw: Readonly<Record<string, string>> | undefined,
): Read<Record<string, string> | undefined> {
  if (raw === undefined) return { kind: 'read', value: {} };
  const value: Record<string, string> = {};
  for (const name in raw) {
    const decoded = decode(raw[name]!);
    if (decoded === undefined) return refused(`params.${name}`, raw[name], 'expected percent-encoded UTF-8');
    value[name] = decoded;
  }
  return { kind: 'read', value };
}

/**
 * Takes a query apart. Every value is a string; `+` is a space, as forms write it.
 *
 * Names that the operation does not know, and names given more than once, are refused rather than dropped.
 */
export function readQuery(query: string, known: ReadonlySet<string> | undefined): Read<Record<string, string>> {
  const value: Record<string, string> = {};
  if (query === '') return { kind: 'read', value };
  const errors: FieldProblem[] = [];
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeForm(equals === -1 ? pair : pair.slice(0, equals));
    const text = decodeForm(equals === -1 ? '' : pair.slice(equals + 1));
    if (name === undefined || text === undefined || name === '__proto__') {
      return refused('query', shorten(pair), 'expected percent-encoded UTF-8 names and values');
    }
    if (known !== undefined && !known.has(name))
      errors.push({ field: `query.${shorten(name)}`, expected: unknownName(known) });
    else if (Object.hasOwn(value, name))
      errors.push({ field: `query.${name}`, value: shorten(text), expected: 'expected one value, was given more' });
    else value[name] = text;
    if (errors.length === 100) break;
  }
  return errors.length === 0 ? { kind: 'read', value } : { kind: 'refused', errors };
}

function unknownName(known: ReadonlySet<string>): string {
  return known.size === 0
    ? 'unknown: there are no query parameters'
    : `unknown: expected one of ${[...known].join(', ')}`;
}

function refused(field: string, value: unknown, expected: string): Read<never> {
  return { kind: 'refused', errors: [{ field, value, expected }] };
}

const decodeForm = (text: string): string | undefined =>
  decode(text.includes('+') ? text.replaceAll('+', '%20') : text);

function decode(text: string): string | undefined {
  if (!/[^\x21-\x24\x26-\x7e]/.test(text)) return text;
  // What is not printable ASCII was never percent-encoded, and nothing says which encoding its bytes had.
  if (/[^\x21-\x7e]/.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const shorten = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);
