import {
  DeleteConnectionCommand,
  PostToConnectionCommand,
  type ApiGatewayManagementApiClient,
} from '@aws-sdk/client-apigatewaymanagementapi';
import type { ChannelPort, PortError } from '@portolan/kernel';
import { atMostOnce } from '../clients/at-most-once.ts';
import { portErrorOf } from '../errors/port-error.ts';

/**
 * What became of a push. `refused` with `throttled` says one of two things: that the client does not read what it was sent,
 * or that the account sends more than it may.
 */
export type Pushed =
  { readonly kind: 'sent' } | { readonly kind: 'gone' } | { readonly kind: 'refused'; readonly error: PortError };

/** Sends to single connections. */
export class Pushes {
  readonly #client: () => ApiGatewayManagementApiClient;
  readonly #what: string;

  /** @param client - Of the channel's endpoint. @throws {PortError} `invalid` while that is not known. */
  constructor(client: () => ApiGatewayManagementApiClient, { name }: Pick<ChannelPort, 'name'>) {
    this.#client = client;
    this.#what = `channel "${name}"`;
  }

  /**
   * Sends a text frame, at most once: it is tried again only where API Gateway has surely not sent it.
   *
   * @throws {PortError} as the engine fails.
   */
  async post(ConnectionId: string, text: string): Promise<Pushed> {
    const client = this.#client();
    const command = new PostToConnectionCommand({ ConnectionId, Data: Buffer.from(text) });
    try {
      await atMostOnce(command, () => client.send(command));
      return { kind: 'sent' };
    } catch (error) {
      if (isGone(error)) return { kind: 'gone' };
      const known = portErrorOf(error, this.#what);
      if (known.code === 'throttled') return { kind: 'refused', error: known };
      throw known;
    }
  }

  /** Ends a connection. */
  async end(ConnectionId: string): Promise<void> {
    const client = this.#client();
    try {
      await client.send(new DeleteConnectionCommand({ ConnectionId }));
    } catch (error) {
      if (!isGone(error)) throw portErrorOf(error, this.#what);
    }
  }
}

/**
 * Whether there is no such connection: it has ended, is not open yet, or its name is none that API Gateway gives.
 *
 * @see https://repost.aws/knowledge-center/410-gone-api-gateway
 */
function isGone(error: unknown): boolean {
  const { name, message, $metadata } = error as {
    readonly name?: string;
    readonly message?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  if (name === 'GoneException' || $metadata?.httpStatusCode === 410) return true;
  return name === 'BadRequestException' && /connection ?id/i.test(message ?? '');
}
