import { peakRssMb } from '../../measure/memory.ts';
import { cpuProbe, noProbe } from '../../measure/probe.ts';
import { endChild, givenToChild, tellParent } from '../../process/child-process.ts';
import { openPricing } from './open-pricing.ts';
import type { PlatformGiven } from './platform-process.ts';

/** The entry of a process that serves a platform until it is told to stop. */
const { folder, profile } = givenToChild<PlatformGiven>();
const pricing = await openPricing(folder);
const probe = profile === undefined ? noProbe : cpuProbe(profile);
await probe.start();
process.once('message', async () => {
  await probe.stop();
  await pricing.close();
  await endChild({ peakRssMb: peakRssMb() });
});
await tellParent({ url: await pricing.serve() });
