import { table, type Schema, type Table } from '@portolan/kernel';

/** A timer that stands: it is in the table from its setting until it has fired, died or was cancelled. */
export interface Standing {
  readonly id: string;
  /** The instant, as text, since keys are. */
  readonly at: string;
  /** Of its message: messages of another life are stale. */
  readonly life: string;
}

export type StandingKey = Pick<Standing, 'id' | 'at'>;
export type StandingTable = Table<Standing, StandingKey>;

/** The table behind a timer port: one item for each timer that stands. */
export const standingTable = (timerName: string) =>
  table(`${timerName}-standing`, { item: standingItem, key: ['id', 'at'] });

const standingItem: Schema<Standing> = {
  '~standard': {
    version: 1,
    vendor: 'portolan',
    validate: (value) => {
      const { id, at, life } = value as Partial<Record<keyof Standing, unknown>>;
      return typeof id === 'string' && typeof at === 'string' && typeof life === 'string'
        ? { value: { id, at, life } }
        : { issues: [{ message: 'a standing timer has an id, an instant and a life' }] };
    },
  },
};
