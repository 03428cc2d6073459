import type { ProblemKind } from '@portolan/kernel';
import { simulate, type Simulation } from '@portolan/kernel/testing';
import { operations, pricingService } from '@portolan/pricing';
import type { Answer, Asked } from './http-service.ts';

const statuses: Readonly<Record<ProblemKind, number>> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  limited: 429,
  unavailable: 503,
};

const routes = Object.entries(operations).map(([name, { method, path }]) => ({
  name,
  method,
  pattern: new RegExp(`^/pricing/v1${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** Pricing domains over ports in memory, each something that answers requests; stopped together. */
export function pricingDomains() {
  const running: Simulation[] = [];
  return {
    async start(): Promise<(asked: Asked) => Promise<Answer>> {
      const simulation = await simulate(pricingService());
      running.push(simulation);
      return (asked) => answer(simulation, asked);
    },
    async stop(): Promise<void> {
      for (const simulation of running.splice(0)) await simulation.stop();
    },
  };
}

async function answer({ call }: Simulation, { method, path, body }: Asked): Promise<Answer> {
  const { pathname, searchParams } = new URL(path, 'http://x');
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(pathname) : null;
    if (match === null) continue;
    const params = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
    );
    const reply = await call(route.name, { params, query: Object.fromEntries(searchParams), body });
    if (reply.kind === 'problem') return { status: statuses[reply.problem], json: { detail: reply.detail } };
    return { status: 200, json: 'body' in reply ? reply.body : {} };
  }
  return { status: 404, json: { detail: `nothing at ${method} ${pathname}` } };
}
