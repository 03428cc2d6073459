import type { Random } from './context.ts';

/**
 * Where an invocation stands in a distributed trace. It travels with every message, event and timer.
 *
 * @see https://www.w3.org/TR/trace-context/
 */
export interface Trace {
  /** `00-<32 hex trace id>-<16 hex span id>-<2 hex flags>` */
  readonly traceparent: string;
  /** The business-level thread: stays the same from the first request to the last effect. */
  readonly correlationId: string;
}

const pattern = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

/** A child span of `parent`, or a new trace where there is none or where it is malformed. */
export function continueTrace(parent: Partial<Trace> | undefined, random: Random): Trace {
  const match = parent?.traceparent === undefined ? null : pattern.exec(parent.traceparent);
  const traceId = match?.[1] ?? hex(random, 4);
  const flags = match?.[2] ?? '00';
  return {
    traceparent: `00-${traceId}-${hex(random, 2)}-${flags}`,
    correlationId: parent?.correlationId ?? traceId,
  };
}

/** Two hex digits for each byte. */
const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** `words` times 8 hex digits, never all zero. Sixteen bits at a time, from a table: this runs for every invocation. */
function hex(random: Random, words: number): string {
  let digits = '';
  for (let part = 0; part < 2 * words; part++) {
    const bits = Math.floor(random.next() * 0x1_0000);
    digits += hexOfByte[bits >> 8]! + hexOfByte[bits & 0xff]!;
  }
  return digits === '0'.repeat(8 * words) ? `${digits.slice(1)}1` : digits;
}
