/** An instant that was asked for. A delay counts from when the platform took the request on, which only it knows exactly. */
export interface Occurrence {
  /** Milliseconds since 1970. */
  readonly earliestAt: number;
  /** The same as `earliestAt` where an exact instant was asked for. */
  readonly latestAt: number;
}

/** What was asked of the platform, known from the request and its answer alone. */
export interface Promised {
  readonly task: string;
  /** What a person calls it. */
  readonly label: string;
  /** Empty for a task that must not arrive. */
  readonly occurrences: readonly Occurrence[];
  /** Requests for each occurrence, those included that the receiver refuses on purpose. @default 1 */
  readonly requests?: number;
  /** Whether the platform said yes; without an answer the task may arrive or not. */
  readonly answered: boolean;
}

/** A request that reached the receiver. */
export interface Arrival {
  readonly task: string;
  readonly webhookId: string;
  /** The instant that the request says it was promised for; milliseconds since 1970. */
  readonly scheduledAt: number;
  /** By the receiver's clock, milliseconds since 1970. */
  readonly arrivedAt: number;
  /** Whether the receiver answered 2xx. */
  readonly accepted: boolean;
  /** Whether its signature is that of the shared secret. */
  readonly signed: boolean;
}

/**
 * - `missing`: an answered promise that no request kept.
 * - `early`: a request before its instant.
 * - `double`: more requests than were asked for.
 * - `short`: fewer requests than were asked for, though one was accepted: a failure that was to be got over never happened.
 * - `split-id`: several webhook-ids for one occurrence.
 * - `shared-id`: one webhook-id for several occurrences.
 * - `unexpected`: a request for a task or an instant that nobody asked for.
 * - `unsigned`: a signature that is absent, wrong or stale.
 */
export type FaultKind = 'missing' | 'early' | 'double' | 'short' | 'split-id' | 'shared-id' | 'unexpected' | 'unsigned';

export interface Fault {
  readonly kind: FaultKind;
  readonly task: string;
  readonly detail: string;
}

/** What became of one occurrence, or of a task without any. */
export interface Row {
  readonly promised: Promised;
  /** Absent for a task that must not arrive. */
  readonly occurrence?: Occurrence;
  readonly arrivals: readonly Arrival[];
  readonly faults: readonly Fault[];
}

export interface Audit {
  readonly rows: readonly Row[];
  /** Those of the rows, and those that belong to none. */
  readonly faults: readonly Fault[];
}

/**
 * Holds what arrived against what was promised.
 *
 * @param options.repeats - Whether an occurrence may be delivered again, as after a crash: at least once, under one id.
 */
export function audit(
  promised: readonly Promised[],
  arrivals: readonly Arrival[],
  options: { readonly repeats: 'allowed' | 'refused' },
): Audit {
  const byTask = Map.groupBy(arrivals, ({ task }) => task);
  const rows = promised.flatMap((one) => rowsOf(one, byTask.get(one.task) ?? [], options.repeats));
  const kept = new Set(rows.flatMap((row) => row.arrivals));
  const strays = arrivals.filter((arrival) => !kept.has(arrival));
  return {
    rows,
    faults: [
      ...rows.flatMap(({ faults }) => faults),
      ...strays.map((stray): Fault => ({ kind: 'unexpected', task: stray.task, detail: shown(stray) })),
      ...sharedIds(rows),
    ],
  };
}

function rowsOf(promised: Promised, arrivals: readonly Arrival[], repeats: 'allowed' | 'refused'): readonly Row[] {
  if (promised.occurrences.length === 0) return [{ promised, arrivals: [], faults: [] }];
  return promised.occurrences.map((occurrence) => {
    const mine = arrivals.filter(
      ({ scheduledAt }) => scheduledAt >= occurrence.earliestAt && scheduledAt <= occurrence.latestAt,
    );
    return { promised, occurrence, arrivals: mine, faults: faultsOf(promised, occurrence, mine, repeats) };
  });
}

function faultsOf(
  { task, answered, requests = 1 }: Promised,
  { earliestAt }: Occurrence,
  arrivals: readonly Arrival[],
  repeats: 'allowed' | 'refused',
): readonly Fault[] {
  const faults: Fault[] = [];
  const fault = (kind: FaultKind, detail: string): void => void faults.push({ kind, task, detail });
  const accepted = arrivals.filter((arrival) => arrival.accepted).length;
  if (answered && accepted === 0) fault('missing', `due ${iso(earliestAt)}, ${arrivals.length} requests refused`);
  if (repeats === 'refused' && (accepted > 1 || arrivals.length > requests))
    fault('double', `due ${iso(earliestAt)}, ${arrivals.length} requests came where ${requests} were expected`);
  if (repeats === 'refused' && accepted > 0 && arrivals.length < requests)
    fault('short', `due ${iso(earliestAt)}, ${arrivals.length} requests came where ${requests} were expected`);
  for (const arrival of arrivals) {
    if (arrival.arrivedAt < arrival.scheduledAt) fault('early', shown(arrival));
    if (!arrival.signed) fault('unsigned', shown(arrival));
  }
  const ids = new Set(arrivals.map(({ webhookId }) => webhookId));
  if (ids.size > 1) fault('split-id', `due ${iso(earliestAt)}, under ${[...ids].join(' and ')}`);
  return faults;
}

function sharedIds(rows: readonly Row[]): readonly Fault[] {
  const owners = new Map<string, Row>();
  return rows.flatMap((row) =>
    [...new Set(row.arrivals.map(({ webhookId }) => webhookId))].flatMap((id): Fault[] => {
      const owner = owners.get(id);
      owners.set(id, owner ?? row);
      if (owner === undefined || owner === row) return [];
      return [{ kind: 'shared-id', task: row.promised.task, detail: `${id} is also that of ${owner.promised.task}` }];
    }),
  );
}

const iso = (at: number): string => new Date(at).toISOString();
const shown = ({ webhookId, scheduledAt, arrivedAt }: Arrival): string =>
  `${webhookId}, for ${iso(scheduledAt)}, came at ${iso(arrivedAt)}`;
