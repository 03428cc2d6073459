import type { Trace } from '@portolan/kernel';

/** A trace as it is stored: the traceparent, which has no spaces, a space, and the correlation id. */
export const encodeTrace = (trace: Trace | undefined): string | null =>
  trace === undefined ? null : `${trace.traceparent} ${trace.correlationId}`;

export function decodeTrace(text: string | null | undefined): Trace | undefined {
  if (text === null || text === undefined) return undefined;
  const space = text.indexOf(' ');
  return { traceparent: text.slice(0, space), correlationId: text.slice(space + 1) };
}
