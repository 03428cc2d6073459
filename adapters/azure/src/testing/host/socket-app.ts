// A function app: the service that every host of sockets runs. It is loaded by the worker's process.
import { allowedOrigin, socketHostSubject } from '@portolan/conformance';
import { azureFunctions } from '../../host/azure-functions.ts';
import { socketBindings } from './subject-bindings.ts';

azureFunctions(socketHostSubject, socketBindings, {
  timeoutMs: 30_000,
  allowOrigin: [allowedOrigin],
  checkReplies: true,
});
