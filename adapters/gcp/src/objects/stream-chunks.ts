/** What a stream is uploaded in. */
export interface StreamChunk {
  /** Valid until the next one is asked for. */
  readonly bytes: Uint8Array;
  /** Nothing comes after it. */
  readonly last: boolean;
}

const firstCapacity = 65_536;

/** What a stream threw, kept apart from what was done with its chunks. */
export class StreamFailure extends Error {
  override readonly name = 'StreamFailure';
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super('the stream failed');
    this.thrown = thrown;
  }
}

/**
 * Cuts a stream of pieces of any size into chunks of one size, of which the last is shorter, or empty where the stream is.
 * Of the stream, one chunk and one piece are in memory, and it is not asked for more before the chunk is asked for.
 */
export class StreamChunks {
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #chunkBytes: number;
  readonly #check: (sizeBytes: number) => void;
  #sizeBytes = 0;
  #buffer = Buffer.alloc(0);
  /** What of the latest piece is in no chunk yet. */
  #rest: Uint8Array = new Uint8Array();
  #ended = false;

  /** @param check - Called with the bytes read so far; what it throws ends the reading. */
  constructor(stream: AsyncIterable<Uint8Array>, chunkBytes: number, check: (sizeBytes: number) => void) {
    this.#pieces = stream[Symbol.asyncIterator]();
    this.#chunkBytes = chunkBytes;
    this.#check = check;
  }

  /** The next chunk; never asked for after the last. @throws {StreamFailure} */
  async next(): Promise<StreamChunk> {
    let filled = 0;
    while (filled < this.#chunkBytes && (await this.#hasMore())) {
      const taken = this.#rest.subarray(0, this.#chunkBytes - filled);
      this.#reserve(filled, taken.length);
      // Copied, since whoever makes the stream may use the same memory for the next piece.
      this.#buffer.set(taken, filled);
      this.#rest = this.#rest.subarray(taken.length);
      filled += taken.length;
    }
    const last = !(await this.#hasMore());
    return { bytes: this.#buffer.subarray(0, filled), last };
  }

  /** Tells the stream that nothing more is wanted. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#pieces.return?.();
  }

  async #hasMore(): Promise<boolean> {
    while (this.#rest.length === 0 && !this.#ended) {
      const next = await this.#pieces.next().catch((error: unknown) => {
        this.#ended = true;
        throw new StreamFailure(error);
      });
      if (next.done === true) this.#ended = true;
      else this.#rest = next.value;
      this.#check((this.#sizeBytes += this.#rest.length));
    }
    return this.#rest.length > 0;
  }

  /** Doubles, so that a short stream needs no memory for a whole chunk. */
  #reserve(filled: number, more: number): void {
    if (filled + more <= this.#buffer.length) return;
    const doubled = Math.max(filled + more, this.#buffer.length * 2, firstCapacity);
    const buffer = Buffer.allocUnsafe(Math.min(doubled, this.#chunkBytes));
    buffer.set(this.#buffer.subarray(0, filled));
    this.#buffer = buffer;
  }
}
