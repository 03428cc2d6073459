import { PoisonMessage, RetryLater, type Timer, type TimerPort } from '@portolan/kernel';
import { altered, contracts, deliveries, forgetful, rejecting, type Mutant, type Mutants } from './mutant.ts';

const timer = contracts<Timer>;
const redeclared = (change: (port: TimerPort) => object): Mutant =>
  timer(
    () => ({}),
    (port) => change(port as unknown as TimerPort),
  );

/** Sets timers for another instant than was asked for, and does not let it be seen. */
function shifted(shift: (at: number, now: number) => number): Mutant {
  return (base) => {
    const asked = new Map<string, number>();
    const hidden = timer((t) => ({
      set(id, at, payload, options) {
        const other = shift(at, base.now());
        asked.set(`${other}/${id}`, at);
        return t.set(id, other, payload, options);
      },
      cancel: (id, at) => t.cancel(id, shift(at, base.now())),
    }))(base);
    const shown = altered(({ id, at }) => ({ at: asked.get(`${at}/${id}`) ?? at }))(base);
    return { ...hidden, ...shown };
  };
}

export const timerMutants: Mutants = {
  'timers fire 1 ms early': shifted((at) => at - 1),
  'timers fire 2 minutes late': shifted((at) => at + 120_000),
  'calls carry one timer more than asked for': (base) => ({
    consume: (port, consumer, options = {}) =>
      base.consume(port, consumer, { ...options, batchSize: (options.batchSize ?? 1) + 1 }),
  }),
  'a call fails as a whole': deliveries((consumer) => (batch) => {
    const whole = Promise.all(consumer(batch));
    return batch.map(async () => void (await whole));
  }),
  'delays are kept in 32 bits': shifted((at, now) => now + ((at - now) | 0)),
  'instants are rounded to the second': shifted((at) => Math.floor(at / 1_000) * 1_000),
  'everything is forgotten with the process': forgetful,
  'an id has one instant, the last that was set': timer((t) => {
    const instants = new Map<string, number>();
    return {
      async set(id, at, payload, options) {
        const before = instants.get(id);
        if (before !== undefined && before !== at) await t.cancel(id, before);
        instants.set(id, at);
        await t.set(id, at, payload, options);
      },
    };
  }),
  'an id has one instant, the first that was set': timer((t) => {
    const instants = new Map<string, number>();
    return {
      async set(id, at, payload, options) {
        if ((instants.get(id) ?? at) !== at) return;
        instants.set(id, at);
        await t.set(id, at, payload, options);
      },
    };
  }),
  'setting again sets another timer': (base) => {
    let sets = 0;
    const plain = timer((t) => ({
      set: (id, at, payload, options) => t.set(id.length > 200 ? id : `${id}\u2063${sets++}`, at, payload, options),
    }))(base);
    return { ...plain, ...altered(({ id }) => ({ id: id.split('\u2063')[0]! }))(base) };
  },
  'setting again replaces the payload': timer((t) => ({
    async set(id, at, payload, options) {
      await t.cancel(id, at);
      await t.set(id, at, payload, options);
    },
  })),
  'cancelling does nothing': timer(() => ({ cancel: async () => undefined })),
  'cancelling takes every instant of the id': timer((t) => {
    const instants = new Map<string, Set<number>>();
    return {
      set(id, at, payload, options) {
        instants.set(id, (instants.get(id) ?? new Set()).add(at));
        return t.set(id, at, payload, options);
      },
      cancel: async (id) => void (await Promise.all([...(instants.get(id) ?? [])].map((at) => t.cancel(id, at)))),
    };
  }),
  'what was cancelled cannot be set anew': timer((t) => {
    const cancelled = new Set<string>();
    return {
      set: async (id, at, payload, options) =>
        cancelled.has(`${at}/${id}`) ? undefined : t.set(id, at, payload, options),
      cancel(id, at) {
        cancelled.add(`${at}/${id}`);
        return t.cancel(id, at);
      },
    };
  }),
  'cancelling what is not there is an error': timer((t) => {
    const known = new Set<string>();
    return {
      set(id, at, payload, options) {
        known.add(`${at}/${id}`);
        return t.set(id, at, payload, options);
      },
      async cancel(id, at) {
        if (!known.has(`${at}/${id}`)) throw new Error('no such timer');
        await t.cancel(id, at);
      },
    };
  }),
  'what is past never fires': timer((t, base) => ({
    set: async (id, at, payload, options) => (at < base.now() ? undefined : t.set(id, at, payload, options)),
  })),
  'timers set at one time are lost but for the first': timer((t) => {
    let underWay = 0;
    return {
      async set(id, at, payload, options) {
        if (underWay > 0) return;
        underWay++;
        await t.set(id, at, payload, options).finally(() => underWay--);
      },
    };
  }),
  'a timer that is firing can be set again': (base) => {
    const firing = new Set<string>();
    const again = new Map<string, () => Promise<void>>();
    const setting = timer((t) => ({
      async set(id, at, payload, options) {
        const name = `${at}/${id}`;
        if (firing.has(name)) again.set(name, () => t.set(id, at, payload, options));
        else await t.set(id, at, payload, options);
      },
    }))(base);
    const following = deliveries((consumer) => (batch) => {
      const names = batch.map(({ id, at }) => `${at}/${id}`);
      for (const name of names) firing.add(name);
      return consumer(batch).map((answer, index) =>
        answer.finally(() => {
          const name = names[index]!;
          firing.delete(name);
          const set = again.get(name);
          again.delete(name);
          // Behind the acknowledgement, when the engine has let the old one go.
          setImmediate(() => setImmediate(() => void set?.()));
        }),
      );
    })(base);
    return { ...setting, ...following };
  },
  'timers set inside a firing are lost': (base) => {
    let firing = 0;
    const losing = timer((t) => ({
      set: async (id, at, payload, options) => (firing > 0 ? undefined : t.set(id, at, payload, options)),
    }))(base);
    const counting = deliveries((consumer) => (batch) => {
      firing++;
      return consumer(batch).map((answer) => answer.finally(() => (firing = 0)));
    })(base);
    return { ...losing, ...counting };
  },
  'a failed firing is taken for handled': rejecting(() => undefined),
  'poison is tried again': rejecting((error) => (error instanceof PoisonMessage ? new Error(error.message) : error)),
  'asking for a later firing is a failure': rejecting((error) =>
    error instanceof RetryLater ? new Error(error.message) : error,
  ),
  'failed firings come again for ever': redeclared(({ retry }) => ({ retry: { ...retry, maxAttempts: 1_000 } })),
  'unanswered firings never come again': (base) => ({
    consume: (port, consumer, options) => base.consume(port, consumer, { ...options, visibilityMs: 1e15 }),
  }),
  'attempts are always 1': altered(() => ({ attempt: 1 })),
  'traces are dropped': altered(() => ({ trace: undefined })),
  'the instant is that of the firing': altered((_, base) => ({ at: base.now() })),
  'any horizon is taken': redeclared(() => ({ horizonMs: Infinity })),
  'the horizon is a year': redeclared(() => ({ horizonMs: 365 * 86_400_000 })),
  'payloads of any size are taken': redeclared(() => ({ maxPayloadBytes: 1_000_000 })),
  'ids are trimmed to 200 characters': timer((t) => ({
    set: (id, at, payload, options) => t.set(id.length > 256 ? id : id.slice(0, 200), at, payload, options),
  })),
};
