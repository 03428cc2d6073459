import { adapter, type Opening } from '@portolan/composition';
import type { TablePort } from '@portolan/kernel';
import { runtimeToken, storedName, type Runtime } from '../host/runtime.ts';
import { SqliteTable } from './sqlite-table.ts';

/** Tables in the platform's file. Items of any size up to 1 GB, which no cloud can hold. */
export const localTable = () =>
  adapter({
    kind: 'table',
    cloud: 'local',
    name: 'localTable',
    guarantees: {},
    needs: [runtimeToken],
    open: ({ service, port }: Opening<TablePort>, { engine }: Runtime) =>
      new SqliteTable(engine, storedName(service, port.name), port),
  });
