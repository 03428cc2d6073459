export { asHosted } from './as-hosted.ts';
export { buildArtefact } from './build-artefact.ts';
export { sayListening, startEngine, type EngineProcess } from './engine-process.ts';
export { requestOver } from './http-client.ts';
export { socketPathOf } from './socket-path.ts';
