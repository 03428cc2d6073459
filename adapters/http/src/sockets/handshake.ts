import type { IncomingMessage } from 'node:http';
import type { SocketRequest } from '@portolan/kernel';
import type { HttpResponse } from '../message.ts';
import { problemResponse } from '../problems.ts';

/**
 * What is wrong with a request to open a socket, if anything.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1
 */
export function handshakeFault({ method, headers }: IncomingMessage): HttpResponse | undefined {
  const invalid = (detail: string): HttpResponse => problemResponse('invalid', { detail });
  if (method !== 'GET') {
    return problemResponse('method-not-allowed', { detail: 'Sockets are opened with GET.', headers: { allow: 'GET' } });
  }
  if (headers.upgrade?.toLowerCase() !== 'websocket') return invalid('header upgrade: expected "websocket"');
  if (headers['sec-websocket-version'] !== '13') {
    const fault = invalid('header sec-websocket-version: expected 13');
    return { ...fault, headers: { ...fault.headers, 'sec-websocket-version': '13' } };
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? ''))
    return invalid('header sec-websocket-key: expected 16 bytes in base 64');
  return undefined;
}

/** What a function is told of the request. */
export function socketRequest({ url = '/', headers }: IncomingMessage): SocketRequest {
  const mark = url.indexOf('?');
  const texts = Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return {
    query: mark === -1 ? {} : Object.fromEntries(new URLSearchParams(url.slice(mark + 1))),
    headers: Object.fromEntries(texts),
  };
}
