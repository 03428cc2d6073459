// A function app: the service that every host runs. It is loaded by the worker's process.
import { hostSubject } from '@portolan/conformance';
import { azureFunctions } from '../../host/azure-functions.ts';
import { subjectBindings } from './subject-bindings.ts';

azureFunctions(hostSubject, subjectBindings, { timeoutMs: 30_000, checkReplies: true });
