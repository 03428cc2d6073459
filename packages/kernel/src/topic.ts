import type { Grant, Port } from './port.ts';
import { checkName, grant } from './port.ts';
import type { Schema } from './schema.ts';
import type { Trace } from './trace.ts';
import { kibibytes } from './units.ts';

/**
 * Events for whoever subscribes. Each subscription is a queue of its own: at least once, in any order, retried and
 * dead-lettered apart from the others. An event without subscribers is gone.
 *
 * Throws {@link PortError}: `too-large` over `maxEventBytes`; `throttled`, `unavailable`, `timeout` from the engine.
 */
export interface Topic<Event = unknown> {
  /** Accepts one event for every subscription whose filter matches. Once this resolves it survives any crash. */
  publish(event: Event, options?: PublishOptions): Promise<void>;
}

export interface PublishOptions {
  /** @default the trace of the invocation that publishes */
  readonly trace?: Trace;
}

/** Equality with one of the listed values, for each named field; every named field must match. `{}` matches all. */
export type TopicFilter<Field extends string = string> = { readonly [F in Field]?: readonly string[] };

export interface TopicPort<
  Name extends string = string,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the widest topic: any event
  Event = any,
  Field extends string = string,
> extends Port<'topic', Name, Topic<Event>, object> {
  readonly event: Schema<Event>;
  readonly filterable: readonly Field[];
  readonly maxEventBytes: number;
  readonly publish: Grant<Port<'topic', Name, Topic<Event>>, 'publish'>;
}

/**
 * Declares a topic.
 *
 * @param options.filterable - Top-level string fields of the event that subscriptions may filter by; at most 10.
 * @param options.maxEventBytes - JSON bytes of the largest event. @default 200 KiB, which every cloud can carry
 */
export function topic<
  const Name extends string,
  Event extends object,
  const Field extends keyof Event & string = never,
>(
  name: Name,
  options: {
    readonly event: Schema<Event>;
    readonly filterable?: readonly Field[];
    readonly maxEventBytes?: number;
  },
): TopicPort<Name, Event, Field> {
  checkName('topic', name);
  const maxEventBytes = options.maxEventBytes ?? kibibytes(200);
  const port = {
    kind: 'topic',
    name,
    needs: {},
    demands: { maxEventBytes },
    event: options.event,
    filterable: options.filterable ?? [],
    maxEventBytes,
  } as const;
  return Object.assign(port, { publish: grant(port, 'publish', ['publish'] as const) }) as unknown as TopicPort<
    Name,
    Event,
    Field
  >;
}

/** Whether a subscription with this filter gets the event. */
export function matchesFilter(filter: TopicFilter, event: unknown): boolean {
  const fields = event as Record<string, unknown>;
  return Object.entries(filter).every(
    ([field, values]) => values === undefined || values.some((v) => v === fields[field]),
  );
}
