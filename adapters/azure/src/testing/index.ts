export { deploy, type DeployOptions, type Deployment } from './host/deploy.ts';
export { startStorage, type StorageEngine } from './storage-engine.ts';
