/** How the body of an object is cut, as engines take large ones in parts. */
export interface Cutting {
  /** Size of a part by its index; all but the last have it. */
  readonly partBytes: (index: number) => number;
  /** Called with the bytes so far, before they are kept. @throws what the caller is to see where they are too many. */
  readonly check: (sizeBytes: number) => void;
}

/**
 * The body of an object in parts, at least one. An array is cut without being copied; of a stream one part is held at a
 * time, and the next is read when it is asked for. An error of the stream is thrown as it is.
 */
export async function* partsOf(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  { partBytes, check }: Cutting,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (ArrayBuffer.isView(body)) {
    check(body.length);
    for (let index = 0, from = 0; from < body.length || index === 0; index++) {
      const to = from + partBytes(index);
      yield body.subarray(from, to);
      from = to;
    }
    return;
  }
  let sizeBytes = 0;
  let index = 0;
  let part = new Part(partBytes(0));
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    check(sizeBytes);
    for (let rest = chunk; rest.length > 0;) {
      // A part that is full waits for more: the last one may be full, too.
      if (part.isFull) {
        yield part.bytes;
        part = new Part(partBytes(++index));
      }
      rest = part.take(rest);
    }
  }
  yield part.bytes;
}

/** Bytes of a part, copied as they come: whoever streams may use its chunks again. */
class Part {
  readonly #sizeBytes: number;
  #buffer = Buffer.alloc(0);
  #filled = 0;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
  }

  get isFull(): boolean {
    return this.#filled === this.#sizeBytes;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#filled);
  }

  /** @returns What did not fit. */
  take(chunk: Uint8Array): Uint8Array {
    const taken = chunk.subarray(0, this.#sizeBytes - this.#filled);
    this.#reserve(this.#filled + taken.length);
    this.#buffer.set(taken, this.#filled);
    this.#filled += taken.length;
    return chunk.subarray(taken.length);
  }

  /** Doubles, so that a short stream needs no memory for a whole part. */
  #reserve(neededBytes: number): void {
    if (neededBytes <= this.#buffer.length) return;
    const doubled = Math.max(neededBytes, 2 * this.#buffer.length, leastBytes);
    const buffer = Buffer.allocUnsafeSlow(Math.min(doubled, this.#sizeBytes));
    buffer.set(this.bytes);
    this.#buffer = buffer;
  }
}

/** Of a part's first memory. */
const leastBytes = 65_536;
