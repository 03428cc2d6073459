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

/** `words` times 8 hex digits, never all zero. Sixteen bits at a time: this runs for every invocation. */
function hex(random: Random, words: number): string {
  let digits = '';
  for (let part = 0; part < 2 * words; part++)
    digits += (0x1_0000 + Math.floor(random.next() * 0x1_0000)).toString(16).slice(1);
  return digits === '0'.repeat(8 * words) ? `${digits.slice(1)}1` : digits;
}
