import { PortError } from '@portolan/kernel';
import type { OpenAnswer } from '../clients/exchange.ts';
import type { Bucket, Opened } from './bucket.ts';

/** What is read of an object: where it begins and ends, in bytes; not beyond the object. */
export interface Reading {
  readonly object: Opened;
  readonly from: number;
  readonly to: number;
}

/**
 * The bytes of one generation. Where a connection breaks they go on in another, from where they broke off: for as long as
 * that generation stands.
 *
 * @param opened - The answer that begins it.
 */
export async function* contentOf(bucket: Bucket, reading: Reading, opened: OpenAnswer): AsyncGenerator<Uint8Array> {
  const { object, to } = reading;
  let at = reading.from;
  let answer = opened;
  for (let calls = 1; ; calls++) {
    try {
      for await (const chunk of answer.body) {
        at += chunk.length;
        calls = 1;
        yield chunk;
      }
      if (at === to) return;
      throw Object.assign(new Error('the content broke off'), { code: 'ECONNRESET' });
    } catch (error) {
      if (at >= to) return;
      await bucket.waitAfter(error, calls);
    }
    const again = await bucket.open(object, { from: at, to });
    if (again === undefined)
      throw new PortError(
        'unavailable',
        `object ${JSON.stringify(object.name)} was replaced while its connection broke`,
      );
    answer = again;
  }
}
