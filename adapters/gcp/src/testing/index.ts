export { deploy, type Deployment, type DeploymentOptions } from './host/deployment.ts';
