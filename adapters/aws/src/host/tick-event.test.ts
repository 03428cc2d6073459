import { tickAt, tickInput } from './tick-event.ts';

test('reads the instant of a tick from EventBridge Scheduler and from a rule', () => {
  const sent = tickInput.replace('<aws.scheduler.scheduled-time>', '2026-11-20T03:30:00Z');
  expect(tickAt(JSON.parse(sent))).toBe(Date.UTC(2026, 10, 20, 3, 30));
  const rule = { 'detail-type': 'Scheduled Event', source: 'aws.events', time: '2026-11-20T03:30:00Z', detail: {} };
  expect(tickAt(rule)).toBe(Date.UTC(2026, 10, 20, 3, 30));
});

test.each([
  undefined,
  null,
  'tick',
  {},
  { Records: [] },
  { source: 'aws.events' },
  { source: 'portolan.tick', time: 'soon' },
])('takes %j for no tick', (event) => expect(tickAt(event)).toBeUndefined());
