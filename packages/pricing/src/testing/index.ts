export { listenForRevisions, type DeployedPricing } from './deployed-pricing.ts';
export { playScript, type RealTime } from './play-script.ts';
