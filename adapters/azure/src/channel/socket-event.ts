import type { HttpRequest } from '@portolan/http';
import type { SocketRequest } from '@portolan/kernel';
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What Web PubSub tells its event handler of a socket. */
export type SocketEvent = { readonly connection: string; readonly hub: string } & (
  | ({ readonly kind: 'connect' } & SocketRequest)
  | { readonly kind: 'message'; readonly text: string }
  /** A message in a binary frame. */
  | { readonly kind: 'bytes' }
  | { readonly kind: 'disconnected' }
  /** Something that was not asked for, and is no fault: `connected`, say. */
  | { readonly kind: 'other' }
);

/**
 * Reads a call of the event handler, CloudEvents over HTTP in their binary form.
 *
 * @returns `undefined` for what is no such call.
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/reference-cloud-events
 */
export function socketEventOf({ headers, body }: HttpRequest): SocketEvent | undefined {
  const [type, connection, hub] = ['ce-type', 'ce-connectionid', 'ce-hub'].map((name) => headers[name]);
  if (type === undefined || connection === undefined || hub === undefined) return undefined;
  const known = { connection, hub };
  switch (type) {
    case 'azure.webpubsub.sys.connect':
      return connectOf(known, textOf(body));
    case 'azure.webpubsub.user.message':
      return /^application\/octet-stream\b/i.test(headers['content-type'] ?? '')
        ? { ...known, kind: 'bytes' }
        : { ...known, kind: 'message', text: textOf(body) };
    case 'azure.webpubsub.sys.disconnected':
      return { ...known, kind: 'disconnected' };
    default:
      return { ...known, kind: 'other' };
  }
}

const textOf = (body: HttpRequest['body']): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body ?? new Uint8Array());

function connectOf(
  known: { readonly connection: string; readonly hub: string },
  text: string,
): SocketEvent | undefined {
  try {
    const { query = {}, headers = {} } = JSON.parse(text) as { readonly query?: Values; readonly headers?: Values };
    // The token by which a client may come in is between it and the service.
    const { access_token: _token, ...asked } = lastOf(query, (name) => name);
    return { ...known, kind: 'connect', query: asked, headers: lastOf(headers, (name) => name.toLowerCase()) };
  } catch {
    return undefined;
  }
}

type Values = Readonly<Record<string, string | readonly string[]>>;

/** Every name has a list of what was given for it. */
const lastOf = (values: Values, nameOf: (name: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [nameOf(name), [value].flat().at(-1) ?? '']));

/**
 * Whether the service made a call: it signs the connection's id with each of its two access keys, either of which may be
 * known here, so that keys can be changed one after the other.
 *
 * @param signature - The header `ce-signature`: `sha256=<hex>,sha256=<hex>`.
 */
export function isSigned(signature: string | undefined, connection: string, accessKey: string): boolean {
  const expected = createHmac('sha256', accessKey).update(connection).digest();
  return (signature ?? '').split(',').some((one) => {
    const hex = /^\s*sha256=([0-9a-f]{64})\s*$/i.exec(one)?.[1];
    return hex !== undefined && timingSafeEqual(Buffer.from(hex, 'hex'), expected);
  });
}
