import { days, table, type Schema, type Table } from '@portolan/kernel';

/** An event that is too large for a message. */
export interface ParkedEvent {
  readonly id: string;
  readonly event: unknown;
}

export type ParkedEvents = Table<ParkedEvent, { readonly id: string }>;

/** How long a parked event is kept, in milliseconds: whoever takes longer to handle it gets no more than its name. */
export const parkedMs = days(60);

/** The table behind a topic port, for its large events. */
export const parkedTable = (topicName: string, maxItemBytes: number) =>
  table(`${topicName}-parked`, { item: parkedItem, key: ['id'], maxItemBytes });

const parkedItem: Schema<ParkedEvent> = {
  '~standard': {
    version: 1,
    vendor: 'portolan',
    validate: (value) => {
      const { id, event } = value as Partial<ParkedEvent>;
      return typeof id === 'string' ? { value: { id, event } } : { issues: [{ message: 'a parked event has an id' }] };
    },
  },
};
