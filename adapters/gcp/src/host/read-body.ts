import type { IncomingMessage } from 'node:http';

/** Of what Google's services send, the largest is a message of Pub/Sub: 10 MB, as Base64 in JSON. */
const maxBytes = 16 * 1024 * 1024;

/** Reads what a platform's call brings, and no more than it can bring. */
export async function readBody(request: IncomingMessage): Promise<Buffer | 'too-large'> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes > maxBytes) return 'too-large';
  }
  return Buffer.concat(chunks);
}
