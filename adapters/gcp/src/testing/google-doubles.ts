import type { IncomingMessage, ServerResponse } from 'node:http';
import { nobody, type CallerIdentity } from './caller-identity.ts';
import { Dispatches } from './dispatches.ts';
import { FirestoreDouble } from './firestore-double.ts';
import { PubsubDouble } from './pubsub-double.ts';
import type { RestRequest } from './rest-server.ts';
import { isForStorage, serveStorage } from './storage/serve-storage.ts';
import { StorageDouble } from './storage/storage-double.ts';
import { StorageFaults, type StorageFault } from './storage/storage-faults.ts';
import { TasksDouble } from './tasks-double.ts';

/** The doubles of Google's APIs behind one port, as engines serve them. */
export function googleDoubles(identity: CallerIdentity = nobody) {
  const dispatches = new Dispatches();
  const firestore = new FirestoreDouble();
  const tasks = new TasksDouble(dispatches, identity);
  const pubsub = new PubsubDouble(dispatches, identity);
  const storage = new StorageDouble(pubsub);
  const faults = new StorageFaults();
  const { account } = storage;

  /** What tests ask of the doubles themselves. */
  const controls: Readonly<Record<string, (body: unknown) => unknown>> = {
    '/double/state': () => ({ now: Date.now(), ...dispatches.state() }),
    '/double/uploads': () => ({ open: storage.openUploads }),
    '/double/faults': (body) => faults.add(body as StorageFault),
    '/double/no-faults': () => faults.clear(),
    '/double/service-account': () => ({
      type: 'service_account',
      client_email: account.email,
      private_key: account.privateKey,
    }),
  };
  return {
    answer(request: RestRequest): unknown {
      const { path, body } = request;
      const control = controls[path];
      if (control !== undefined) return control(body);
      dispatches.changed();
      if (path === `projects/-/serviceAccounts/${account.email}:signBlob`) return account.signBlob(body.payload);
      if (path.includes('/databases/')) return firestore.answer(request);
      if (path.includes('/locations/')) return tasks.answer(request);
      return pubsub.answer(request);
    },
    otherwise(request: IncomingMessage, response: ServerResponse): boolean {
      if (!isForStorage(request.url ?? '/')) return false;
      dispatches.changed();
      void serveStorage(request, response, storage, faults);
      return true;
    },
  };
}
