import { objectsConformance, type ObjectsHarness } from '@portolan/conformance';
import { moto } from '../testing/moto.ts';
import { motoObjectsDeviations } from '../testing/s3/moto-deviations.ts';
import { objectsHarness } from '../testing/s3/objects-harness.ts';

const engine = await moto({ ahead: false });
afterAll(() => engine[Symbol.asyncDispose]());

objectsConformance({
  adapter: 's3Objects',
  cloud: 'aws',
  engine: 'emulator',
  found: 'moto',
  sideBySide: true,
  deviations: motoObjectsDeviations,
  harness: async (): Promise<ObjectsHarness> => ({
    ...(await objectsHarness(engine, { s3: engine, events: engine })),
    // Cases that listen would wait a minute each for what moto does not tell.
    consume: () => Promise.reject(new Error('moto tells of created objects in another shape than S3')),
  }),
});
