import { decodeTrace, encodeTrace } from './trace-text.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

test.each([traceId, 'order 7/é', '', ' ', `${traceId} `, traceparent])(
  'a trace with the correlation id "%s" comes back as it was stored',
  (correlationId) => {
    const trace = { traceparent, correlationId };
    expect(decodeTrace(encodeTrace(trace))).toEqual(trace);
  },
);

test('a correlation id that is the id of the trace is stored once', () => {
  expect(encodeTrace({ traceparent, correlationId: traceId })).toBe(traceparent);
});

test('no trace is none', () => {
  expect(decodeTrace(encodeTrace(undefined))).toBeUndefined();
});
