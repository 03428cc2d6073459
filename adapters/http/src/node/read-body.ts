import type { IncomingMessage } from 'node:http';

export type BodyOutcome =
  | { readonly kind: 'read'; readonly body: Uint8Array }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'late' }
  /** The client went away, or its connection broke. */
  | { readonly kind: 'gone' };

/**
 * Reads a body, and stops reading as soon as it is known to be longer than `maxBytes`.
 *
 * @param withinMs - How long that may take. Milliseconds.
 */
export function readBody(request: IncomingMessage, maxBytes: number, withinMs: number): Promise<BodyOutcome> {
  if (declaredBytes(request) > maxBytes) return Promise.resolve({ kind: 'too-large' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const settle = (outcome: BodyOutcome): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      // Whatever befalls the connection from here on shows when the answer is written.
      request.on('error', () => {});
      resolve(outcome);
    };
    const onData = (chunk: Buffer): void => {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBytes) return void chunks.push(chunk);
      request.pause();
      settle({ kind: 'too-large' });
    };
    const onEnd = (): void => settle({ kind: 'read', body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
    const onGone = (): void => settle({ kind: 'gone' });
    const timer = setTimeout(() => settle({ kind: 'late' }), withinMs);
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}

/** What the request says its body has; 0 where it has none or does not say. */
export function declaredBytes({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return 0;
  return Number(headers['content-length'] ?? 0);
}

/** Whether more body may follow than is worth reading to keep the connection. */
export function mayBeLong(request: IncomingMessage): boolean {
  if (request.complete) return false;
  return request.headers['transfer-encoding'] !== undefined || declaredBytes(request) > 65_536;
}
