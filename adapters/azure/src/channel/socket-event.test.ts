import type { HttpRequest } from '@portolan/http';
import { createHmac } from 'node:crypto';
import { isSigned, socketEventOf } from './socket-event.ts';

const call = (type: string, body?: string): HttpRequest => ({
  method: 'POST',
  path: '/live',
  query: '',
  headers: { 'ce-type': `azure.webpubsub.${type}`, 'ce-connectionid': 'c1', 'ce-hub': 'live' },
  body: body === undefined ? undefined : new TextEncoder().encode(body),
});
const known = { connection: 'c1', hub: 'live' };

test('reads who wants to connect: the last of each name, headers in lower case, and no token of the service', () => {
  const query = { name: ['a', 'b'], access_token: ['secret'], single: 'text', empty: [] };
  const body = JSON.stringify({ claims: {}, query, headers: { 'X-Tenant': ['Acme'] }, subprotocols: [] });
  expect(socketEventOf(call('sys.connect', body))).toEqual({
    ...known,
    kind: 'connect',
    query: { name: 'b', single: 'text', empty: '' },
    headers: { 'x-tenant': 'Acme' },
  });
  expect(socketEventOf(call('sys.connect', '{}'))).toEqual({ ...known, kind: 'connect', query: {}, headers: {} });
});

test('reads messages of text frames, knows those of binary ones, and the end of a connection', () => {
  expect(socketEventOf(call('user.message', '{"é":1}'))).toEqual({ ...known, kind: 'message', text: '{"é":1}' });
  expect(socketEventOf(call('user.message'))).toEqual({ ...known, kind: 'message', text: '' });
  const binary = call('user.message', '{"n":1}');
  const headers = { ...binary.headers, 'content-type': 'application/octet-stream' };
  expect(socketEventOf({ ...binary, headers })).toEqual({ ...known, kind: 'bytes' });
  expect(socketEventOf(call('sys.disconnected', '{"reason":""}'))).toEqual({ ...known, kind: 'disconnected' });
});

test('takes what was not asked for as it is, and nothing for an event that is none', () => {
  for (const type of ['sys.connected', 'user.custom'])
    expect(socketEventOf(call(type, '{}'))).toEqual({ ...known, kind: 'other' });
  expect(socketEventOf({ ...call('sys.connected'), headers: { 'ce-type': 'azure.webpubsub.sys.connected' } })).toBe(
    undefined,
  );
  expect(socketEventOf(call('sys.connect', 'no JSON'))).toBe(undefined);
});

const sign = (connection: string, key: string): string =>
  `sha256=${createHmac('sha256', key).update(connection).digest('hex')}`;

test.each([
  ['the first key', `${sign('c1', 'k')},${sign('c1', 'other')}`, true],
  ['the second key', `${sign('c1', 'other')}, ${sign('c1', 'k')}`, true],
  ['other keys', `${sign('c1', 'x')},${sign('c1', 'y')}`, false],
  ['another connection', sign('c2', 'k'), false],
  ['half of it', sign('c1', 'k').slice(0, -2), false],
  ['no digest', 'sha256=,k', false],
  ['nothing', undefined, false],
])('tells a signature by %s', (_what, signature, expected) => expect(isSigned(signature, 'c1', 'k')).toBe(expected));
