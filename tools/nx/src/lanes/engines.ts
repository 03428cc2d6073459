import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findProgram } from './find-program.ts';

/** An engine that npm cannot install: tests use it where the machine has it. */
interface FoundEngine {
  readonly isHere: () => boolean;
  /** How to get it, as the end of a sentence. */
  readonly wayIn: string;
}

/** By the first part of a test's name: `moto.found.test.ts` needs `moto`. */
const engines: Readonly<Record<string, FoundEngine>> = {
  moto: {
    isHere: () => findProgram(['moto_server']) !== undefined,
    wayIn: "install Python's package moto[server], so that moto_server is on PATH",
  },
  firestore: googleEmulator('cloud-firestore-emulator'),
  pubsub: googleEmulator('pubsub-emulator'),
  terraform: { isHere: () => findProgram(['terraform']) !== undefined, wayIn: 'put terraform on PATH' },
};

/** A component of the Google Cloud SDK, which also needs Java. */
function googleEmulator(component: string): FoundEngine {
  return {
    isHere() {
      const gcloud = findProgram(['gcloud']);
      if (gcloud === undefined || findProgram(['java']) === undefined) return false;
      return existsSync(join(dirname(dirname(realpathSync(gcloud))), 'platform', component));
    },
    wayIn: `install the Google Cloud SDK, Java, and the SDK's component ${component}`,
  };
}

/** @returns Why a test of the lane `found` cannot run here, in one line; undefined when it can. */
export function missingEngine(file: string): string | undefined {
  const name = basename(file).split('.')[0]!;
  const engine = engines[name];
  if (engine === undefined) {
    throw new RangeError(`${file}: no engine "${name}" is known; there are ${Object.keys(engines).join(', ')}`);
  }
  return engine.isHere() ? undefined : `${file}: no ${name} found; ${engine.wayIn}`;
}
