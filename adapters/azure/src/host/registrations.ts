import { CompositionError, type Adapter, type Composition } from '@portolan/composition';
import type { ServiceFunction } from '@portolan/kernel';
import type { WebPubSubTrigger } from '../channel/web-pubsub-channel-adapter.ts';
import { isAzureTrigger, type AzureTrigger } from './platform-triggers.ts';
import { planCron, planEvery, type PlanningPlace, type SchedulePlan } from './schedule-plan.ts';

/** One function of the function app: what calls it, and what it does. Several may stand for one of the service. */
export interface Registration {
  /** The function's name in the app. */
  readonly name: string;
  readonly source: HttpSource | WebhookSource | TimerSource | Exclude<AzureTrigger, WebPubSubTrigger>;
  readonly does: Work;
}

export interface HttpSource {
  readonly kind: 'http';
  /** With the last segments open, without the slash in front: `scheduling/v1/{*rest}`. */
  readonly route: string;
}

/** A single path, which the sockets of a channel are told of by calls to it. */
export interface WebhookSource {
  readonly kind: 'webhook';
  /** Without the slash in front: `pricing/v1/live`. */
  readonly route: string;
  /** The hub that calls. */
  readonly hub: string;
}

export interface TimerSource {
  readonly kind: 'timer';
  readonly plan: SchedulePlan;
}

/** Runs a function of the service, sweeps for its trigger, or sweeps a port that triggers none. */
export type Work =
  | { readonly kind: 'run' | 'sweep'; readonly function: string }
  | { readonly kind: 'sweep-port'; readonly port: string };

/**
 * Everything that a service needs of a function app, from its declarations and its bindings. A function has its own name;
 * its further triggers, and the sweeps, have names made from it (`wake-events`, `wake-sweep`).
 *
 * @throws {CompositionError} for what Azure Functions cannot do, with the way out.
 */
export function registrationsOf(composition: Composition, place: PlanningPlace): readonly Registration[] {
  const { service } = composition;
  const all = Object.entries(service.functions).flatMap(([name, fn]) => ofFunction(composition, name, fn, place));
  const registrations = [...all, ...ofPorts(composition, place)];
  const names = new Set(['host']);
  for (const { name } of registrations) {
    if (names.has(name)) {
      throw new CompositionError(
        `service "${service.name}": there can be no function "${name}" in a function app: it is taken, or kept for the host; choose another name`,
      );
    }
    names.add(name);
  }
  return registrations;
}

function ofFunction(
  { service, bindings }: Composition,
  name: string,
  { trigger }: ServiceFunction,
  place: PlanningPlace,
): readonly Registration[] {
  const subject = `service "${service.name}": function "${name}"`;
  const run = { kind: 'run', function: name } as const;
  switch (trigger.kind) {
    case 'http':
      return [{ name, source: { kind: 'http', route: routeOf(subject, trigger.base) }, does: run }];
    case 'every':
      return [{ name, source: { kind: 'timer', plan: planEvery(trigger.intervalMs, place) }, does: run }];
    case 'cron':
      return [{ name, source: { kind: 'timer', plan: planCron(subject, trigger, place) }, does: run }];
    case 'message':
    case 'channel': {
      const { port, adapter } = bindings.get(trigger.port.name)!;
      const triggers = adapter.triggers({ service: service.name, port, subscription: name });
      const called = triggers.map((one, index) => {
        if (!isAzureTrigger(one)) throw new CompositionError(unknownTrigger(subject, adapter, one.kind));
        const source = trigger.kind === 'channel' ? webhookOf(subject, trigger.path, one) : sourceOf(one);
        if (source === undefined) throw new CompositionError(unknownTrigger(subject, adapter, one.kind));
        return { name: index === 0 ? name : `${name}-${suffixes[one.kind]}`, source, does: run };
      });
      if (called.length === 0) throw new CompositionError(unknownTrigger(subject, adapter));
      return [...called, ...sweepOf(`${name}-sweep`, adapter, { kind: 'sweep', function: name }, place)];
    }
  }
}

const suffixes = { 'storage-queue': 'queue', 'event-grid': 'events', 'web-pubsub': 'sockets' } as const;

/** Messages come from everything but a hub, and what a channel is told only from one. */
const sourceOf = (trigger: AzureTrigger) => (trigger.kind === 'web-pubsub' ? undefined : trigger);

const webhookOf = (subject: string, path: string, { kind, resource }: AzureTrigger): WebhookSource | undefined =>
  kind === 'web-pubsub' ? { kind: 'webhook', route: pathOf(subject, path), hub: resource } : undefined;

/** Ports whose adapters have to be looked after at an interval, though they trigger no function. */
function ofPorts({ service, bindings }: Composition, place: PlanningPlace): readonly Registration[] {
  const triggering = Object.values(service.functions).map(({ trigger }) =>
    trigger.kind === 'message' ? trigger.port.name : undefined,
  );
  return [...bindings.values()]
    .filter(({ port }) => !triggering.includes(port.name))
    .flatMap(({ port, adapter }) =>
      sweepOf(`${port.name}-sweep`, adapter, { kind: 'sweep-port', port: port.name }, place),
    );
}

const sweepOf = (name: string, adapter: Adapter, does: Work, place: PlanningPlace): readonly Registration[] =>
  adapter.sweepEveryMs === undefined
    ? []
    : [{ name, source: { kind: 'timer', plan: planEvery(adapter.sweepEveryMs, place) }, does }];

/** @see https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Host/ScriptHost.cs */
function pathOf(subject: string, base: string): string {
  const path = base.replaceAll(/^\/+|\/+$/g, '');
  if (/^(admin|runtime)/i.test(path)) {
    throw new CompositionError(
      `${subject}: the Functions host keeps paths for itself that begin with "admin" and "runtime"; choose another base than "${base}"`,
    );
  }
  return path;
}

function routeOf(subject: string, base: string): string {
  const path = pathOf(subject, base);
  return path === '' ? '{*rest}' : `${path}/{*rest}`;
}

const unknownTrigger = (subject: string, { name }: Adapter, kind?: string): string =>
  kind === undefined
    ? `${subject}: ${name} names nothing that calls a function of a function app; bind another adapter`
    : `${subject}: ${name} has functions called by "${kind}", which function apps here do not know; bind another adapter`;
