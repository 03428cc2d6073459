// The doubles of Google's APIs as in gcp-engine.ts, whose calls carry tokens where they are told to, with Cloud Scheduler
// beside them: one engine in a process of its own, started with startEngine.
import { sayListening } from '@portolan/conformance/engine';
import type { CallerIdentity } from '../caller-identity.ts';
import { Dispatches } from '../dispatches.ts';
import { FirestoreDouble } from '../firestore-double.ts';
import { PubsubDouble } from '../pubsub-double.ts';
import { serveRest } from '../rest-server.ts';
import { TasksDouble } from '../tasks-double.ts';
import { startOidc } from './oidc-double.ts';
import { SchedulerDouble } from './scheduler-double.ts';

const oidc = await startOidc();
const identity: CallerIdentity = (token, url) => {
  if (token?.serviceAccountEmail === undefined) return {};
  const claims = { aud: token.audience ?? url, email: token.serviceAccountEmail };
  return { authorization: `Bearer ${oidc.token(claims)}` };
};
const dispatches = new Dispatches();
const firestore = new FirestoreDouble();
const tasks = new TasksDouble(dispatches, identity);
const pubsub = new PubsubDouble(dispatches, identity);
const scheduler = new SchedulerDouble(identity);

sayListening(
  await serveRest(async (request) => {
    const { path, body } = request;
    if (path === '/double/state') return { now: Date.now(), ...dispatches.state() };
    if (path === '/double/certificates') return { url: oidc.certificatesUrl };
    dispatches.changed();
    if (path === '/double/tick') return { status: await scheduler.run(body.job, body.at) };
    if (path.includes('/databases/')) return firestore.answer(request);
    if (path.includes('/jobs')) return scheduler.answer(request);
    if (path.includes('/locations/')) return tasks.answer(request);
    return pubsub.answer(request);
  }),
);
