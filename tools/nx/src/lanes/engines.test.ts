import { missingEngine } from './engines.ts';

const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

test('says what a test of the lane "found" misses, and how to get it', () => {
  process.env['PATH'] = '';
  expect(missingEngine('adapters/aws/src/table/moto.found.test.ts')).toBe(
    "adapters/aws/src/table/moto.found.test.ts: no moto found; install Python's package moto[server], so that moto_server is on PATH",
  );
  expect(missingEngine('adapters/gcp/src/table/firestore.found.test.ts')).toContain('cloud-firestore-emulator');
});

test('refuses a test that is named for no engine that is known', () => {
  expect(() => missingEngine('adapters/aws/src/x.found.test.ts')).toThrow('no engine "x" is known; there are moto,');
});
