// SQS and SNS as fauxqs reads them, in a process of its own, in memory.
import { sayListening } from '@portolan/conformance/engine';
import { startFauxqs } from 'fauxqs';

const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
sayListening(server.port);
