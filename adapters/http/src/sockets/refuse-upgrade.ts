import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpResponse } from '../message.ts';

/** Answers a request for another protocol with an ordinary response, and closes its connection. */
export function refuseUpgrade(socket: Duplex, { status, headers, body = '' }: HttpResponse): void {
  if (socket.destroyed || !socket.writable) return void socket.destroy();
  const all = {
    ...headers,
    'cache-control': 'no-store',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  // A client that has gone cannot be told, and is none of our faults.
  socket.on('error', () => {});
  socket.once('finish', () => socket.destroy());
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`);
  socket.end(body);
}
