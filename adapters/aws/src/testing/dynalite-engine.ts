// DynamoDB as dynalite reads it, in a process of its own, in memory.
import { sayListening } from '@portolan/conformance/engine';
import dynalite from 'dynalite';
import type { AddressInfo } from 'node:net';

const server = dynalite({ createTableMs: 1 });
server.listen(0, '127.0.0.1', () => sayListening((server.address() as AddressInfo).port));
