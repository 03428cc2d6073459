import { invalidArgument } from './rest-server.ts';

export type Attributes = Readonly<Record<string, string>>;
type Test = (attributes: Attributes) => boolean;

/**
 * Pub/Sub's filter language: `attributes.k = "v"`, `!=`, `attributes:k`, `hasPrefix(attributes.k, "v")`, joined by AND, OR,
 * NOT and parentheses; AND and OR may not be mixed without them.
 *
 * @see https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax
 */
export function parseFilter(text: string): Test {
  if (text === '') return () => true;
  if (Buffer.byteLength(text) > 256) throw invalidArgument('a filter has at most 256 bytes');
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|!=|[=().:,]|[\w-]+|\S/g) ?? [];
  const parser = new Parser(tokens);
  const test = parser.joined();
  parser.expectEnd();
  return test;
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  joined(): Test {
    const tests = [this.#term()];
    const word = this.#peek();
    if (word !== 'AND' && word !== 'OR') return tests[0]!;
    while (this.#take(word)) tests.push(this.#term());
    if (this.#peek() === 'AND' || this.#peek() === 'OR') throw invalidArgument('AND and OR need parentheses');
    return word === 'AND' ? (of) => tests.every((test) => test(of)) : (of) => tests.some((test) => test(of));
  }

  expectEnd(): void {
    if (this.#at < this.#tokens.length) throw invalidArgument(`unexpected ${this.#peek()} in a filter`);
  }

  #term(): Test {
    if (this.#take('NOT')) {
      const test = this.#term();
      return (of) => !test(of);
    }
    if (this.#take('(')) {
      const test = this.joined();
      this.#expect(')');
      return test;
    }
    if (this.#take('hasPrefix')) return this.#prefix();
    this.#expect('attributes');
    if (this.#take(':')) {
      const key = this.#text(true);
      return (of) => Object.hasOwn(of, key);
    }
    this.#expect('.');
    const key = this.#text(true);
    const negated = this.#take('!=');
    if (!negated) this.#expect('=');
    const value = this.#text(false);
    return (of) => (Object.hasOwn(of, key) && of[key] === value) !== negated;
  }

  #prefix(): Test {
    for (const token of ['(', 'attributes', '.']) this.#expect(token);
    const key = this.#text(true);
    this.#expect(',');
    const prefix = this.#text(false);
    this.#expect(')');
    return (of) => Object.hasOwn(of, key) && of[key]!.startsWith(prefix);
  }

  #text(bare: boolean): string {
    const token = this.#tokens[this.#at++] ?? '';
    if (token.startsWith('"') && token.length > 1) return token.slice(1, -1).replaceAll(/\\(.)/g, '$1');
    if (bare && /^[\w-]+$/.test(token)) return token;
    throw invalidArgument(`unexpected ${token} in a filter`);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw invalidArgument(`expected ${token}, not ${this.#peek()}, in a filter`);
  }
}
