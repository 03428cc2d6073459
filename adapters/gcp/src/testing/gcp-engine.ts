// The doubles of Google's APIs as one engine in a process of its own: started with startEngine.
import { sayListening } from '@portolan/conformance/engine';
import { FirestoreDouble } from './firestore-double.ts';
import { Dispatches } from './dispatches.ts';
import { PubsubDouble } from './pubsub-double.ts';
import { serveRest } from './rest-server.ts';
import { TasksDouble } from './tasks-double.ts';

const dispatches = new Dispatches();
const firestore = new FirestoreDouble();
const tasks = new TasksDouble(dispatches);
const pubsub = new PubsubDouble(dispatches);

sayListening(
  await serveRest((request) => {
    if (request.path === '/double/state') return { now: Date.now(), ...dispatches.state() };
    dispatches.changed();
    if (request.path.includes('/databases/')) return firestore.answer(request);
    if (request.path.includes('/locations/')) return tasks.answer(request);
    return pubsub.answer(request);
  }),
);
