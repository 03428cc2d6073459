import { formatWall, instantOf, isZone, localInputOf, offsetOf, zoneNames } from './instant.ts';

test('keeps an instant through the control that edits it, to the second', () => {
  for (const iso of ['2026-01-15T00:00:00Z', '2026-07-15T23:59:59Z', '2026-03-29T00:59:59Z']) {
    const at = Date.parse(iso);
    expect(instantOf(localInputOf(at))).toBe(at);
  }
  expect(instantOf('')).toBeUndefined();
});

test('tells the offset of a zone at an instant, through a change of clocks', () => {
  expect(offsetOf(Date.parse('2026-03-28T12:00:00Z'), 'Europe/Berlin')).toBe('GMT+1');
  expect(offsetOf(Date.parse('2026-03-29T12:00:00Z'), 'Europe/Berlin')).toBe('GMT+2');
});

test('shows an instant on the wall of the zone that was asked for', () => {
  const at = Date.parse('2026-03-29T12:00:00Z');
  expect(formatWall(at, 'Asia/Kathmandu')).toMatch(/5:45:00/);
  expect(formatWall(at, 'UTC')).toMatch(/12:00:00/);
});

test('offers UTC once, and knows a zone from a typing error', () => {
  expect(zoneNames().filter((name) => name === 'UTC')).toEqual(['UTC']);
  expect(zoneNames()).toContain('Europe/Berlin');
  expect(isZone('Europe/Berlin')).toBe(true);
  expect(isZone('Europe/Berln')).toBe(false);
  expect(isZone('')).toBe(false);
});
