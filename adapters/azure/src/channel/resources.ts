import { cutName, resourceName } from '@portolan/node';

/** A hub of a Web PubSub resource, in the words of its resource provider. */
export interface WebPubSubHubResource {
  readonly name: string;
  /** Name of the setting that the function app needs, see `WebPubSubClients.hub`. */
  readonly connection: string;
  readonly properties: {
    /** Who may connect is for the service's own function to say, by what the request holds. */
    readonly anonymousConnectPolicy: 'allow';
    readonly eventHandlers: readonly [
      {
        readonly urlTemplate: string;
        readonly userEventPattern: 'message';
        readonly systemEvents: readonly ['connect', 'disconnected'];
      },
    ];
  };
}

/**
 * What has to exist for a channel port.
 *
 * @param app - Where the function app answers, `https://app.azurewebsites.net`, and the path that the channel's function
 *   declares.
 * @see https://learn.microsoft.com/azure/templates/microsoft.signalrservice/webpubsub/hubs
 */
export function webPubSubHubResource(
  service: string,
  port: string,
  app: { readonly url: string; readonly path: string },
  env?: Readonly<Record<string, string | undefined>>,
): WebPubSubHubResource {
  return {
    name: hubName(resourceName(service, port, undefined, env)),
    connection: webPubSubConnection(service, port),
    properties: {
      anonymousConnectPolicy: 'allow',
      eventHandlers: [
        {
          urlTemplate: `${app.url.replace(/\/$/, '')}/${app.path.replace(/^\/+/, '')}`,
          userEventPattern: 'message',
          systemEvents: ['connect', 'disconnected'],
        },
      ],
    },
  };
}

/** The setting of a channel's connection: letters, digits and underscores, as names of environment variables are. */
export const webPubSubConnection = (service: string, port: string): string =>
  `WebPubSub__${service}__${port}`.replaceAll('-', '_');

const maxNameLength = 128;

/**
 * A resource's name as hubs may be called: a letter, then up to 127 of letters, digits and underscores. A longer one is cut,
 * and ends in eight characters of a hash.
 *
 * @see https://learn.microsoft.com/rest/api/webpubsub/dataplane/web-pub-sub/send-to-group#uri-parameters
 */
export function hubName(resource: string): string {
  const fitting = resource.replaceAll('-', '_');
  return fitting.length <= maxNameLength ? fitting : cutName(fitting, resource, maxNameLength, { joint: '_' });
}
