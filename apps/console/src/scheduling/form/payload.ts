/** What stands in the payload control. */
export type Payload =
  | { readonly kind: 'empty' }
  /** @property bytes - Of its JSON without blanks, in UTF-8. */
  | { readonly kind: 'json'; readonly value: unknown; readonly bytes: number }
  /** @property fault - A phrase: what is wrong, and where. */
  | { readonly kind: 'fault'; readonly fault: string };

export function readPayload(text: string): Payload {
  if (text.trim() === '') return { kind: 'empty' };
  try {
    const value: unknown = JSON.parse(text);
    return { kind: 'json', value, bytes: new TextEncoder().encode(JSON.stringify(value)).length };
  } catch (error) {
    return { kind: 'fault', fault: faultOf(text, (error as Error).message) };
  }
}

/** Engines name the place as a position, if at all; people look for a line. */
function faultOf(text: string, message: string): string {
  const what = message
    .replace(/^JSON\.parse: /, '')
    .replace(/,? (?:"[^]*" is not valid JSON|in JSON at position[^]*|at line \d[^]*)$/, '');
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return what;
  const lines = text.slice(0, Number(position)).split('\n');
  return `${what}, at line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}

/** The same JSON with two blanks of indent; what is no JSON stays as it is. */
export function prettyPayload(text: string): string {
  const payload = readPayload(text);
  return payload.kind === 'json' ? JSON.stringify(payload.value, null, 2) : text;
}
