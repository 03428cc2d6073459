import { isQueueEvent, metadataOf } from './trigger-event.ts';

test.each([
  [
    { id: 'm', dequeueCount: 2, insertionTime: '1970-01-01T00:00:05Z' },
    { id: 'm', deliveries: 2, at: 5_000 },
  ],
  [
    { id: 'm', dequeueCount: '3', insertionTime: 'Thu, 01 Jan 1970 00:00:05 GMT' },
    { id: 'm', deliveries: 3, at: 5_000 },
  ],
  [
    { id: 7, dequeueCount: 0, insertionTime: 'whenever' },
    { id: '', deliveries: 1, at: 9 },
  ],
  [{}, { id: '', deliveries: 1, at: 9 }],
])('reads %j of the host', (metadata, expected) => {
  expect(metadataOf(metadata, 9)).toEqual(expected);
});

test('tells messages of a queue from what else a function is called with', () => {
  expect(isQueueEvent({ message: 'x', triggerMetadata: {} })).toBe(true);
  for (const other of [null, 'x', [], { specversion: '1.0', id: 'x' }]) expect(isQueueEvent(other)).toBe(false);
});
