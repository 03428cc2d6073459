export { HeldSockets, type HeldSocketsOptions } from './held-sockets.ts';
export { Upgrades, type SocketPlace, type UpgradeListener } from './upgrades.ts';
