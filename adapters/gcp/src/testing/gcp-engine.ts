// The doubles of Google's APIs as one engine in a process of its own: started with startEngine.
import { sayListening } from '@portolan/conformance/engine';
import { googleDoubles } from './google-doubles.ts';
import { serveRest } from './rest-server.ts';

const { answer, otherwise } = googleDoubles();
sayListening(await serveRest(answer, otherwise));
