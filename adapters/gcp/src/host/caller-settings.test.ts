import { every, minutes, objects, on, queue, service, topic } from '@portolan/kernel';
import * as z from 'zod';
import { urlVariables } from '../testing/host/settings.ts';
import { callerSettings } from './caller-settings.ts';

const jobs = queue('jobs', { message: z.string() });
const news = topic('news', { event: z.object({ id: z.string() }) });
const work = on(jobs, {}, async () => undefined);
const listen = on(news, {}, async () => undefined);
const sweep = every(minutes(1), {}, async () => undefined);
const PORTOLAN_INVOKER = 'invoker@portolan-test.iam.gserviceaccount.com';
const own = { PORTOLAN_INVOKER, PORTOLAN_URL: 'https://all.example.com' };

test('expects tokens for the URL by which Cloud Tasks calls a queue', () => {
  expect(callerSettings('work', work, { ...own, PORTOLAN_URL_JOBS: 'https://jobs.example.com' })).toEqual({
    email: PORTOLAN_INVOKER,
    audiences: ['https://jobs.example.com'],
  });
  expect(callerSettings('work', work, own).audiences).toEqual(['https://all.example.com']);
});

test("expects tokens for the function's own URL where a topic or a schedule calls it", () => {
  const env = { ...own, PORTOLAN_URL_LISTEN: 'https://l.example.com', PORTOLAN_URL_SWEEP: 'https://s.example.com' };
  expect(callerSettings('listen', listen, env).audiences).toEqual(['https://l.example.com']);
  expect(callerSettings('sweep', sweep, env).audiences).toEqual(['https://s.example.com']);
});

test('expects tokens for the own URL of each of the functions that hear of the objects of one port', () => {
  const files = objects('files');
  const store = on(files, {}, async () => undefined);
  const both = service('both', { files }, { index: store, scan: store });
  const urls = { index: 'https://index.example.com', scan: 'https://scan.example.com' };
  const env = { PORTOLAN_INVOKER, ...urlVariables(both, urls) };
  expect(callerSettings('index', store, env).audiences).toEqual([urls.index]);
  expect(callerSettings('scan', store, env).audiences).toEqual([urls.scan]);
});

test('takes audiences and certificates that are given', () => {
  const env = { PORTOLAN_INVOKER, PORTOLAN_AUDIENCE: ' a  b ', PORTOLAN_CERTIFICATES_URL: 'http://127.0.0.1:1/certs' };
  expect(callerSettings('sweep', sweep, env)).toEqual({
    email: PORTOLAN_INVOKER,
    audiences: ['a', 'b'],
    certificatesUrl: 'http://127.0.0.1:1/certs',
  });
});

test('names what is missing or malformed', () => {
  expect(() => callerSettings('work', work, {})).toThrow(
    /PORTOLAN_INVOKER must be .* calls function "work"; or say { callers: 'checked-by-platform' }/,
  );
  expect(() => callerSettings('work', work, { PORTOLAN_INVOKER: 'me' })).toThrow('not "me"');
  expect(() => callerSettings('work', work, { PORTOLAN_INVOKER })).toThrow('PORTOLAN_URL_JOBS or PORTOLAN_URL must be');
  expect(() => callerSettings('work', work, { ...own, PORTOLAN_CERTIFICATES_URL: 'certs' })).toThrow('not "certs"');
});
