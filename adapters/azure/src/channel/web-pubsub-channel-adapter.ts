import { adapter, type Opening, type PlatformTrigger } from '@portolan/composition';
import type { ChannelPort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { webPubSubClientsModule, webPubSubClientsToken, type WebPubSubClients } from '../clients/web-pubsub-clients.ts';
import { hubName, webPubSubConnection } from './resources.ts';
import { WebPubSubChannel } from './web-pubsub-channel.ts';

export interface WebPubSubChannelOptions {
  /** Name of the setting of its connection, see `WebPubSubClients.hub`. @default `webPubSubConnection(service, port)` */
  readonly connection?: string;
}

/** A hub calls a function by HTTP: its event handler. */
export interface WebPubSubTrigger extends PlatformTrigger {
  readonly kind: 'web-pubsub';
}

/**
 * What the service takes of a client in one frame: 1 MB, of which nobody says whether it is 1,000,000 or 1,048,576.
 *
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/concept-service-internals#client-message-limit
 */
export const maxFrameBytes = 1_000_000;

/**
 * Channels on Azure Web PubSub: a hub for each port, whose sockets the service holds. Clients open them at
 * `wss://<resource>.webpubsub.azure.com/client/hubs/<hub>`, without a subprotocol; the query and the headers are theirs.
 *
 * The hub's event handler is the channel's function: an HTTP function at the path that it declares, called for each `connect`
 * (whose answer lets in, with groups, or ends the handshake), `message` and `disconnected`, and each time with a signature
 * that is made with the access key of the resource. A call without it is refused.
 *
 * Pushes are single requests to the service's REST API, and are not repeated where one fails. `send` asks besides whether
 * the connection is there, since the service takes pushes to those that are not. What else is the service's own:
 *
 * - A client that reads too slowly is disconnected, whatever the port's `whenSlow`; nothing is replaced by a newer message
 *   of its key.
 * - A connection may be in any number of groups: nobody counts them, so that `join` refuses none.
 * - Refusals reach the client with their status where that is a 4xx; of a 5xx (`unavailable`) the service promises nothing
 *   but that the client is not let in.
 * - `disconnected` is told once, and lost where the function does not answer.
 *
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/concept-service-internals
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/howto-troubleshoot-common-issues#client-connection-drops
 */
export const webPubSubChannel = (options: WebPubSubChannelOptions = {}) =>
  adapter({
    kind: 'channel',
    cloud: 'azure',
    name: 'webPubSubChannel',
    guarantees: {},
    limits: {
      maxMessageBytes: {
        max: maxFrameBytes,
        wayOut: 'declare a smaller maxMessageBytes, and send the name of an object instead of the object',
      },
    },
    modules: [webPubSubClientsModule],
    needs: [webPubSubClientsToken],
    triggers: ({ service, port }): readonly PlatformTrigger[] => {
      const trigger: WebPubSubTrigger = { kind: 'web-pubsub', resource: hubName(resourceName(service, port.name)) };
      return [trigger];
    },
    open: async ({ service, port, environment }: Opening<ChannelPort>, clients: WebPubSubClients) => {
      const connection = options.connection ?? webPubSubConnection(service, port.name);
      const hub = await clients.hub(connection, hubName(resourceName(service, port.name)));
      return new WebPubSubChannel(port, hub, environment);
    },
  });
