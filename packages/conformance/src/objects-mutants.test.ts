import { faulty, untouched } from './mutants/mutant.ts';
import { noticing } from './mutants/noticing.ts';
import { objectsMutants } from './mutants/objects-mutants.ts';
import { objectsCases } from './objects/objects-cases.ts';

// A file of its own, so that it runs beside the other suites' mutants.
noticing({ kind: 'objects', cases: objectsCases, faulty: faulty(objectsMutants), untouched });
