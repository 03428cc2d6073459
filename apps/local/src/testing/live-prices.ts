import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { LiveFrame } from '@portolan/pricing';
import { eventually } from './client.ts';
import { pricing } from './prices.ts';

/** Someone who listens to live prices. */
export interface LivePrices extends Disposable {
  /** All that came so far. */
  readonly frames: readonly LiveFrame[];
  /** Settles with the code that the socket is closed by. */
  readonly ended: Promise<number>;
  /** Resolves once what came will do; with all of it, too, when that takes too long, so that an assertion can show it. */
  until(willDo: (frames: readonly LiveFrame[]) => boolean, withinMs?: number): Promise<readonly LiveFrame[]>;
}

/** @param products - Ids by commas. */
export async function listenToPrices(url: string, products: string): Promise<LivePrices> {
  const frames: LiveFrame[] = [];
  const socket = new WebSocket(`${pricing(url.replace('http:', 'ws:'), '/live')}?products=${products}`);
  socket.addEventListener('message', ({ data }) => frames.push(JSON.parse(data as string) as LiveFrame));
  const ended = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`there are no live prices of ${products} at ${url}`)));
  });
  return {
    frames,
    ended,
    until: (willDo, withinMs) => eventually(async () => frames, willDo, withinMs),
    [Symbol.dispose]: () => socket.close(),
  };
}

/** How a request for a socket is answered: 101 where it is opened. A browser would not tell. */
export async function answerToUpgrade(
  url: string,
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined; readonly type: string | undefined }> {
  const asked = request(`${pricing(url, '/live')}${query}`, {
    headers: {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16, 1).toString('base64'),
      ...headers,
    },
  });
  asked.end();
  const upgraded = once(asked, 'upgrade').then(([response, socket]) => {
    (socket as Duplex).destroy();
    return response as IncomingMessage;
  });
  const answered = once(asked, 'response').then(([response]) => {
    (response as IncomingMessage).resume();
    return response as IncomingMessage;
  });
  const { statusCode, headers: told } = await Promise.race([upgraded, answered]);
  return { status: statusCode, type: told['content-type'] };
}
