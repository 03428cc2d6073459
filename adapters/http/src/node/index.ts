export { answerBy, type Schedule } from './answer-by.ts';
export { nodeListener, type NodeListenerOptions } from './node-listener.ts';
export { nodeServer, type NodeServer, type NodeServerOptions } from './node-server.ts';
export { writeAnswer } from './write-response.ts';
