// The doubles of Google's APIs as in gcp-engine.ts, whose calls carry tokens where they are told to, with Cloud Scheduler
// beside them: one engine in a process of its own, started with startEngine.
import { sayListening } from '@portolan/conformance/engine';
import type { CallerIdentity } from '../caller-identity.ts';
import { googleDoubles } from '../google-doubles.ts';
import { serveRest } from '../rest-server.ts';
import { startOidc } from './oidc-double.ts';
import { SchedulerDouble } from './scheduler-double.ts';

const oidc = await startOidc();
const identity: CallerIdentity = (token, url) => {
  if (token?.serviceAccountEmail === undefined) return {};
  const claims = { aud: token.audience ?? url, email: token.serviceAccountEmail };
  return { authorization: `Bearer ${oidc.token(claims)}` };
};
const scheduler = new SchedulerDouble(identity);
const { answer, otherwise } = googleDoubles(identity);

sayListening(
  await serveRest(async (request) => {
    const { path, body } = request;
    if (path === '/double/certificates') return { url: oidc.certificatesUrl };
    if (path === '/double/tick') return { status: await scheduler.run(body.job, body.at) };
    if (path.includes('/jobs')) return scheduler.answer(request);
    return answer(request);
  }, otherwise),
);
