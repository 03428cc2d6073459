export { deploy, type Deployment, type DeploymentOptions } from './deployment.ts';
export { dynalite } from './dynalite.ts';
export { fauxqs } from './fauxqs.ts';
