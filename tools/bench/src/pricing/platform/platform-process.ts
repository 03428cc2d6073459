import type { Figures } from '../../measure/figures.ts';
import { startChild } from '../../process/child-process.ts';
import { npmScript } from '../../process/npm-script.ts';

export interface PlatformGiven {
  readonly folder: string;
  /** Where to write a CPU profile of all that it does. */
  readonly profile?: string | undefined;
}

/** A platform that serves in a process of its own. */
export interface PlatformProcess {
  /** `http://127.0.0.1:40321` */
  readonly url: string;
  /** Ends it. @returns The most memory that it had. */
  stop(): Promise<{ readonly peakRssMb: number }>;
}

/** Starts one with the flags of `npm start`. */
export async function startPlatform(given: PlatformGiven): Promise<PlatformProcess> {
  const entry = new URL('./platform-child.ts', import.meta.url);
  const { flags } = npmScript('start');
  const child = startChild<{ readonly url: string } | Figures>(entry, given, 'the platform', flags);
  const { url } = (await child.next()) as { readonly url: string };
  return {
    url,
    async stop() {
      child.tell({});
      const { peakRssMb } = (await child.next()) as Figures;
      await child.ended;
      return { peakRssMb: peakRssMb! };
    },
  };
}
