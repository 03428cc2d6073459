import type { TokenCredential } from '@azure/identity';
import { PortError } from '@portolan/kernel';

/** How a storage account is reached: as the Functions host itself reaches it. */
export type Connection =
  | { readonly kind: 'string'; readonly connectionString: string }
  | { readonly kind: 'identity'; readonly endpoint: string };

/** What a storage account offers that adapters use. */
export type StorageService = 'table' | 'queue' | 'blob';

/**
 * Reads a connection from settings, as bindings of Azure Functions do: `<setting>` is a connection string; or, for
 * connections by identity, `<setting>__<service>ServiceUri` (`AzureWebJobsStorage__queueServiceUri`) or
 * `<setting>__accountName` names the account.
 *
 * @throws {PortError} `invalid`, naming the settings that were looked for.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity
 */
export function connectionOf(
  setting: string,
  service: StorageService,
  env: Readonly<Record<string, string | undefined>>,
): Connection {
  const connectionString = env[setting];
  if (connectionString !== undefined && connectionString !== '') return { kind: 'string', connectionString };
  const endpoint = env[`${setting}__${service}ServiceUri`];
  if (endpoint !== undefined && endpoint !== '') return { kind: 'identity', endpoint };
  const account = env[`${setting}__accountName`];
  if (account !== undefined && account !== '')
    return { kind: 'identity', endpoint: `https://${account}.${service}.core.windows.net` };
  throw new PortError(
    'invalid',
    `no connection to storage: set ${setting} (a connection string), ${setting}__${service}ServiceUri or ${setting}__accountName`,
  );
}

/** Whether a connection goes to an engine on this machine, which speaks no TLS. */
export const isPlain = (connection: Connection): boolean =>
  connection.kind === 'string'
    ? /DefaultEndpointsProtocol=http(;|$)|UseDevelopmentStorage=true/i.test(connection.connectionString)
    : connection.endpoint.startsWith('http:');

/**
 * The identity that the process runs as: managed in Azure, a developer's on their machine. @azure/identity is heavy, so
 * that it is loaded with the first token, and never where there is a connection string.
 *
 * @see https://learn.microsoft.com/javascript/api/overview/azure/identity-readme#defaultazurecredential
 */
export function lazyCredential(): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    async getToken(...request) {
      credential ??= import('@azure/identity').then(({ DefaultAzureCredential }) => new DefaultAzureCredential());
      return (await credential).getToken(...request);
    },
  };
}

/**
 * How the clients of Azure but those of queues and blobs repeat what failed: exponentially, 100 ms doubling up to 2 s, five
 * requests in all, after throttling (429, 503; `Retry-After` is kept to), 408, 500, 502, 504 and lost connections. What fails
 * then is the port's error.
 */
export const retries = { maxRetries: 4, retryDelayInMs: 100, maxRetryDelayInMs: 2_000 } as const;

/**
 * The same numbers in the words of the clients of queues and blobs, which have a way of their own: five requests in all after
 * 500, 503 (by which they throttle) and lost connections, the second at once and the others after 100, 300 and 700 ms, without
 * chance in it and whatever `Retry-After` says. Nothing else is repeated: no 408, 429, 502 and 504.
 *
 * @param maxRetries - @default as above
 * @see https://learn.microsoft.com/javascript/api/@azure/storage-blob/storageretryoptions
 */
export const storageRetries = (maxRetries: number = retries.maxRetries) => ({
  maxTries: maxRetries + 1,
  retryDelayInMs: retries.retryDelayInMs,
  maxRetryDelayInMs: retries.maxRetryDelayInMs,
});
