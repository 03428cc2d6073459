/** Where JSON goes wrong, as an offset in UTF-16 units; the length of the text where it ends too soon. */
export interface JsonFault {
  readonly offset: number;
  readonly expected: string;
}

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// eslint-disable-next-line no-control-regex -- JSON allows no raw control characters in strings
const plainChars = /[^"\\\u0000-\u001f]*/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const space = /[ \t\n\r]*/y;
const word = /true|false|null/y;

/**
 * Finds the first fault of a text that `JSON.parse` refused, whose own messages often have no position.
 *
 * It keeps its own stack, so that a deep text cannot exhaust the engine's.
 */
export function findJsonFault(text: string): JsonFault {
  let offset = 0;
  const open: ('[' | '{')[] = [];
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset;
    const match = pattern.exec(text);
    if (match === null) return false;
    offset += match[0].length;
    return true;
  };
  const take = (char: string): boolean => {
    skip(space);
    if (text[offset] !== char) return false;
    offset++;
    return true;
  };
  const readString = (): string | undefined => {
    // One pattern for both would need the engine's stack for every escape.
    do skip(plainChars);
    while (skip(escape));
    if (take0('"')) return undefined;
    if (text[offset] === '\\') return 'a valid escape';
    return offset === text.length ? 'the end of a string' : 'an escaped control character';
  };
  const take0 = (char: string): boolean => text[offset] === char && ++offset > 0;
  const readKey = (): string | undefined => {
    if (!take('"')) return 'a name in double quotes';
    return readString() ?? (take(':') ? undefined : '":"');
  };

  // Each turn reads one value, then closes what ends behind it.
  for (;;) {
    let missing: string | undefined;
    let opened = false;
    if (take('{')) {
      if (!take('}')) {
        open.push('{');
        opened = true;
        missing = readKey();
      }
    } else if (take('[')) {
      if (!take(']')) {
        open.push('[');
        opened = true;
      }
    } else if (take('"')) missing = readString();
    else if (!skip(word) && !skip(number)) missing = 'a value';
    if (missing !== undefined) return { offset, expected: missing };
    if (opened) continue;

    for (;;) {
      const inside = open.at(-1);
      if (inside === undefined) {
        skip(space);
        return { offset, expected: 'the end' };
      }
      if (take(',')) {
        const fault = inside === '{' ? readKey() : undefined;
        if (fault !== undefined) return { offset, expected: fault };
        break;
      }
      if (!take(inside === '{' ? '}' : ']')) return { offset, expected: inside === '{' ? '"," or "}"' : '"," or "]"' };
      open.pop();
    }
  }
}

/** "expected a value at line 2, column 8, near `"at": tomorrow`": lines and columns count from 1. */
export function describeJsonFault(text: string, { offset, expected }: JsonFault): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  const excerpt = text.slice(Math.max(0, offset - 20), offset + 20).replaceAll(/\s+/g, ' ');
  const end = offset >= text.length ? ', where the text ends' : '';
  return `expected ${expected} at line ${line}, column ${column}${end}, near ${JSON.stringify(excerpt.toWellFormed())}`;
}
