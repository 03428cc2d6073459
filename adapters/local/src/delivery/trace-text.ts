import type { Trace } from '@portolan/kernel';

/** Where the trace id lies in a traceparent. */
const idStart = 3;
const idEnd = 35;

/**
 * A trace as it is stored with every message: the traceparent, which has no spaces, and behind a space the correlation id
 * where it is not the trace's own id, as it mostly is.
 */
export function encodeTrace(trace: Trace | undefined): string | null {
  if (trace === undefined) return null;
  const { traceparent, correlationId } = trace;
  return correlationId === traceparent.slice(idStart, idEnd) ? traceparent : `${traceparent} ${correlationId}`;
}

export function decodeTrace(text: string | null | undefined): Trace | undefined {
  if (text === null || text === undefined) return undefined;
  const space = text.indexOf(' ');
  if (space === -1) return { traceparent: text, correlationId: text.slice(idStart, idEnd) };
  return { traceparent: text.slice(0, space), correlationId: text.slice(space + 1) };
}
