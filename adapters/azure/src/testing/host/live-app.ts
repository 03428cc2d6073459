// A function app with sockets and objects. It is loaded by the worker's process.
import { azureFunctions } from '../../host/azure-functions.ts';
import { liveBindings, liveService } from './live-service.ts';

azureFunctions(liveService, liveBindings, { timeoutMs: 30_000, checkReplies: true });
