import { forgetful, type Mutants } from './mutant.ts';
import { objectsCreatedMutants, objectsLinkMutants } from './objects-link-mutants.ts';
import { objectsListMutants, objectsReadMutants } from './objects-read-mutants.ts';
import { objectsWriteMutants } from './objects-write-mutants.ts';

export const objectsMutants: Mutants = {
  ...objectsReadMutants,
  ...objectsWriteMutants,
  ...objectsListMutants,
  ...objectsLinkMutants,
  ...objectsCreatedMutants,
  'everything is forgotten with the process': forgetful,
};
