import type { TopicFilter } from '@portolan/kernel';
import type { Engine } from '../engine/engine.ts';

export interface StoredSubscription {
  readonly name: string;
  readonly filter: TopicFilter;
}

/** Who subscribes to a port, kept so that events reach subscribers that are down. */
export class Subscriptions {
  readonly #engine: Engine;
  readonly #topic: string;

  constructor(engine: Engine, topic: string) {
    this.#engine = engine;
    this.#topic = topic;
    engine.define((execute) => {
      execute(`CREATE TABLE IF NOT EXISTS portolan_subscriptions (
        topic TEXT NOT NULL, name TEXT NOT NULL, filter TEXT NOT NULL, PRIMARY KEY (topic, name)
      ) STRICT, WITHOUT ROWID`);
    });
  }

  all(): readonly StoredSubscription[] {
    const rows = this.#engine.read(() =>
      this.#engine.statement('SELECT name, filter FROM portolan_subscriptions WHERE topic = ?').all(this.#topic),
    );
    return rows.map(({ name, filter }) => ({
      name: name as string,
      filter: JSON.parse(filter as string) as TopicFilter,
    }));
  }

  async put({ name, filter }: StoredSubscription, applied: () => void): Promise<void> {
    const sql = 'INSERT OR REPLACE INTO portolan_subscriptions VALUES (?, ?, ?)';
    await this.#engine.write(() => this.#engine.statement(sql).run(this.#topic, name, JSON.stringify(filter)), applied);
  }
}
