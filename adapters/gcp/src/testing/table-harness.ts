import type { Harness } from '@portolan/conformance';
import type { EngineProcess } from '@portolan/conformance/engine';
import type { ContractOf, Port, TablePort } from '@portolan/kernel';
import { ownerOfEmulator } from '../clients/credentials.ts';
import { GoogleRest } from '../clients/google-rest.ts';
import { Collection } from '../table/collection.ts';
import { FirestoreItems } from '../table/firestore-items.ts';
import { firestoreTableResources } from '../table/firestore-resources.ts';
import { freshService, harnessEnvironment } from './harness-environment.ts';

/** Where a Firestore listens on loopback, and its clock. */
export type FirestoreEngine = Pick<EngineProcess, 'port' | 'now' | 'pass'>;

const database = 'projects/portolan-test/databases/(default)';

export const restOf = (port: number, version: string): GoogleRest =>
  new GoogleRest(`http://127.0.0.1:${port}/${version}/`, ownerOfEmulator);

/**
 * Tables over a Firestore on loopback, in collections of their own.
 *
 * @param configure - Fields are configured as the resources say, where the engine takes note of it.
 */
export function tableHarness(engine: FirestoreEngine, configure: boolean): Harness {
  const service = freshService();
  const environment = harnessEnvironment(() => engine.now());
  const rest = restOf(engine.port, 'v1');
  return {
    async open<P extends Port>(port: P): Promise<ContractOf<P>> {
      const resources = firestoreTableResources(service, port as unknown as TablePort);
      for (const { collection, field, indexes, ttl } of configure ? resources : []) {
        const body = { indexConfig: { indexes }, ...(ttl ? { ttlConfig: {} } : {}) };
        await rest.call({
          method: 'PATCH',
          path: `${database}/collectionGroups/${collection}/fields/${field}`,
          body,
          repeatable: true,
        });
      }
      const collection = new Collection(rest, database, resources[0]!.collection);
      return new FirestoreItems(port as unknown as TablePort, collection, environment) as unknown as ContractOf<P>;
    },
    consume: () => Promise.reject(new Error('a table triggers nothing')),
    now: () => engine.now(),
    pass: (durationMs) => engine.pass(durationMs),
    settle: async () => undefined,
    async [Symbol.asyncDispose]() {},
  };
}
