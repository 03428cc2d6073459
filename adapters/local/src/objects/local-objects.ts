import { adapter, type Opening } from '@portolan/composition';
import type { ObjectsPort } from '@portolan/kernel';
import { join } from 'node:path';
import { runtimeToken, storedName, type Runtime } from '../host/runtime.ts';
import { BlobFiles } from './blob-files.ts';
import { SqliteObjects } from './sqlite-objects.ts';

/**
 * Objects of any size: short ones in the platform's file, long ones in files of their own beside it. Their URLs are
 * answered by the server that is given the platform's `serveObjects`.
 */
export const localObjects = () =>
  adapter({
    kind: 'objects',
    cloud: 'local',
    name: 'localObjects',
    guarantees: {},
    needs: [runtimeToken],
    open: ({ service, port, environment }: Opening<ObjectsPort>, runtime: Runtime) => {
      const { engine, links, objectsFolder } = runtime;
      const name = storedName(service, port.name);
      const place = new SqliteObjects({
        engine,
        name,
        port,
        environment,
        files: new BlobFiles(join(objectsFolder, name)),
        links,
        show: (subscription, mailbox) => runtime.show({ service, port: port.name, subscription, mailbox }),
      });
      links.offer(name, place);
      return place;
    },
  });
