import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob';
import type { TokenCredential } from '@azure/identity';
import { PortError } from '@portolan/kernel';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { connectionOf, isPlain, lazyCredential, storageRetries } from './connection.ts';
import { DelegationKeys } from './delegation-keys.ts';

/** What the holder of a signed URL may do with the blob: read it, or create and write it. */
export type SignedRight = 'r' | 'cw';

/** A container of Blob Storage, as adapters use it. */
export interface BlobContainer {
  /** Repeats what failed. */
  readonly steady: ContainerClient;
  /** Asks once: of a write whose condition fails when it is repeated, nobody would know whether it was the first that held. */
  readonly once: ContainerClient;
  /**
   * Signs for one blob: by the account's key where the connection has it, else by a user delegation key.
   *
   * @param expiresAt - At most `maxSignedMs` ahead. Whole seconds count, rounded up. Milliseconds since 1970.
   * @returns The query of a URL, a shared access signature.
   * @throws {PortError} `unsupported` for a connection that has no key itself, but a signature.
   * @see https://learn.microsoft.com/rest/api/storageservices/create-service-sas
   * @see https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
   */
  sign(blob: string, right: SignedRight, expiresAt: number, now: number): Promise<string>;
}

/** Clients of Blob Storage, one for each container. Their package is loaded with the first. */
export interface BlobClients {
  /**
   * @param connection - Name of the setting, see `connectionOf`.
   * @throws {PortError} `invalid` where no connection is set.
   */
  container(connection: string, container: string): Promise<BlobContainer>;
}

/** How adapters ask for the clients; a team may bind its own. */
export const blobClientsToken: ServiceIdentifier<BlobClients> = Symbol.for('portolan/azure/blobs');

export interface BlobClientsOptions {
  /** @default the process's own */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where there is no connection string. @default the identity that the process runs as */
  readonly credential?: TokenCredential;
  /** How requests travel. @default as the SDK has it */
  readonly pipeline?: StoragePipelineOptions;
}

export function blobClients(options: BlobClientsOptions = {}): BlobClients {
  const { env = process.env, credential = lazyCredential(), pipeline = {} } = options;
  return {
    async container(setting, container) {
      const connection = connectionOf(setting, 'blob', env);
      const sdk = await import('@azure/storage-blob');
      const service = (maxRetries?: number) => {
        const retryPolicyType = sdk.StorageRetryPolicyType.EXPONENTIAL;
        const all = { ...pipeline, retryOptions: { ...storageRetries(maxRetries), retryPolicyType } };
        return connection.kind === 'string'
          ? sdk.BlobServiceClient.fromConnectionString(connection.connectionString, all)
          : new sdk.BlobServiceClient(connection.endpoint, credential, all);
      };
      const [steadyService, onceService] = [service(), service(0)];
      const steady = steadyService.getContainerClient(container);
      const keys = new DelegationKeys((startsOn, expiresOn) => steadyService.getUserDelegationKey(startsOn, expiresOn));
      const protocol = isPlain(connection) ? sdk.SASProtocol.HttpsAndHttp : sdk.SASProtocol.Https;
      return {
        steady,
        once: onceService.getContainerClient(container),
        async sign(blobName, right, expiresAt, now) {
          const permissions = sdk.BlobSASPermissions.parse(right);
          const values = { containerName: container, blobName, permissions, protocol, version: signatureVersion };
          const own = steady.credential;
          if (own instanceof sdk.StorageSharedKeyCredential)
            return sdk.generateBlobSASQueryParameters({ ...values, expiresOn: wholeSecond(expiresAt) }, own).toString();
          if (connection.kind === 'string')
            throw new PortError('unsupported', `URLs can be signed by a key, and ${setting} has a signature instead`);
          const key = await keys.keyAt(now);
          const expiresOn = wholeSecond(expiresAt);
          return sdk.generateBlobSASQueryParameters({ ...values, expiresOn }, key, steady.accountName).toString();
        },
      };
    },
  };
}

/**
 * The form of signatures: what holds here is in all of them since 2020-12-06, and the newest are not understood everywhere
 * that older ones are. It is also the version of the requests that are made with them, for which 5,000 MiB are the most since
 * 2019-12-12.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services
 */
const signatureVersion = '2022-11-02';

const wholeSecond = (at: number): Date => new Date(Math.ceil(at / 1_000) * 1_000);

export const blobClientsModule = new ContainerModule(({ bind }) => {
  bind(blobClientsToken)
    .toDynamicValue(() => blobClients())
    .inSingletonScope();
});
