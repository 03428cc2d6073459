// A container's main: everything else it is told by the environment.
import { cloudRun } from '../../host/cloud-run.ts';
import { bindings } from './container-bindings.ts';
import { archive } from './container-service.ts';

await cloudRun(archive, bindings);
