import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { defaultCredentials, ownerOfEmulator } from './credentials.ts';
import { GoogleRest, type Authorize, type RestOptions } from './google-rest.ts';
import { apiBase } from './settings.ts';
import { defaultSigner, type FindSigner } from './signers.ts';

/** Credentials of all clients; a team may rebind them. */
export const credentialsToken: ServiceIdentifier<Authorize> = Symbol.for('portolan/gcp/credentials');
/** The Firestore API v1, below its base. Emulator: `FIRESTORE_EMULATOR_HOST`. */
export const firestoreToken: ServiceIdentifier<GoogleRest> = Symbol.for('portolan/gcp/firestore');
/** The Pub/Sub API v1. Emulator: `PUBSUB_EMULATOR_HOST`. */
export const pubsubToken: ServiceIdentifier<GoogleRest> = Symbol.for('portolan/gcp/pubsub');
/** The Cloud Tasks API v2. There is no emulator of Google's; `CLOUD_TASKS_EMULATOR_HOST` names another. */
export const tasksToken: ServiceIdentifier<GoogleRest> = Symbol.for('portolan/gcp/tasks');
/** The Cloud Storage JSON API v1. Emulator: `STORAGE_EMULATOR_HOST`, without a scheme. */
export const storageToken: ServiceIdentifier<GoogleRest> = Symbol.for('portolan/gcp/storage');
/** The IAM Service Account Credentials API v1. There is no emulator of Google's; `IAM_CREDENTIALS_EMULATOR_HOST` names another. */
export const iamToken: ServiceIdentifier<GoogleRest> = Symbol.for('portolan/gcp/iam');
/** Who signs URLs; a team may rebind it. */
export const signerToken: ServiceIdentifier<FindSigner> = Symbol.for('portolan/gcp/signer');

/** One object takes a write a second, so that writes in a row are spread over several. In milliseconds. */
const storageWaits = { baseMs: 500, capMs: 8_000 };

/** The clients, one for each API, shared by all adapters and built with the first that needs them. */
export const clientsModule = new ContainerModule(({ bind }) => {
  bind(credentialsToken)
    .toDynamicValue(() => defaultCredentials())
    .inSingletonScope();
  const client = (
    token: ServiceIdentifier<GoogleRest>,
    variable: string,
    host: string,
    version: string,
    options?: RestOptions,
  ): void => {
    bind(token)
      .toResolvedValue(
        (credentials: Authorize) => {
          const base = apiBase(variable, host, version);
          return new GoogleRest(base, base.startsWith('http://') ? ownerOfEmulator : credentials, options);
        },
        [credentialsToken],
      )
      .inSingletonScope();
  };
  client(firestoreToken, 'FIRESTORE_EMULATOR_HOST', 'firestore.googleapis.com', 'v1');
  client(pubsubToken, 'PUBSUB_EMULATOR_HOST', 'pubsub.googleapis.com', 'v1');
  client(tasksToken, 'CLOUD_TASKS_EMULATOR_HOST', 'cloudtasks.googleapis.com', 'v2');
  client(storageToken, 'STORAGE_EMULATOR_HOST', 'storage.googleapis.com', 'storage/v1', { waits: storageWaits });
  client(iamToken, 'IAM_CREDENTIALS_EMULATOR_HOST', 'iamcredentials.googleapis.com', 'v1');
  bind(signerToken).toResolvedValue(defaultSigner, [iamToken]).inSingletonScope();
});
