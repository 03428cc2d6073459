import { formatDuration, PortError, type Consumer, type Environment } from '@portolan/kernel';

/**
 * A consumer whose deliveries count as failed when they are not answered in time. Cloud Tasks and Pub/Sub have deadlines
 * of their own, but coarser ones (15 s and 10 s at least), and a function that is given up by them goes on running: whoever
 * waits no longer has to be the one who says what becomes of the message.
 */
export function inTime(consumer: Consumer, visibilityMs: number, environment: Environment): Consumer {
  const watch = watches.get(environment) ?? new Watch(environment);
  watches.set(environment, watch);
  return (batch) => {
    const answers = consumer(batch);
    // Measured from here, so that nothing comes again before the whole time is over.
    const deadlineAt = environment.clock.now() + visibilityMs;
    return answers.map((answer) => watch.race(answer, deadlineAt, visibilityMs));
  };
}

interface Waiting {
  readonly deadlineAt: number;
  readonly giveUp: () => void;
}

/** All that is waited for, behind one alarm: deliveries are many, and hardly any is ever late. */
class Watch {
  readonly #environment: Environment;
  readonly #waiting = new Set<Waiting>();
  #armedFor = Infinity;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  race(answer: Promise<void>, deadlineAt: number, visibilityMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new PortError('timeout', `no answer within ${formatDuration(visibilityMs)}`));
      const waiting = { deadlineAt, giveUp: late };
      this.#waiting.add(waiting);
      answer.then(resolve, reject).finally(() => this.#waiting.delete(waiting));
      this.#arm(deadlineAt);
    });
  }

  #arm(at: number): void {
    if (at >= this.#armedFor) return;
    this.#armedFor = at;
    this.#environment.deadline(at).signal.addEventListener('abort', () => this.#ring(at), { once: true });
  }

  #ring(at: number): void {
    if (at !== this.#armedFor) return;
    this.#armedFor = Infinity;
    const now = this.#environment.clock.now();
    let next = Infinity;
    for (const waiting of this.#waiting) {
      if (waiting.deadlineAt > now) next = Math.min(next, waiting.deadlineAt);
      else {
        this.#waiting.delete(waiting);
        waiting.giveUp();
      }
    }
    this.#arm(next);
  }
}

const watches = new WeakMap<Environment, Watch>();
