export {
  deployContainer,
  type ContainerDeployment,
  type ContainerDeploymentOptions,
} from './host/container-deployment.ts';
export { deploy, type Deployment, type DeploymentOptions } from './host/deployment.ts';
