import {
  checkKeyPart,
  encodeTimer,
  packCarried,
  settle,
  unpackCarried,
  type Consumer,
  type Environment,
  type Receiver,
  type Timer,
  type TimerPort,
  type Trace,
} from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error-of.ts';
import { arrivalOfTask, atOf, unansweredOf, type TaskArrival } from '../queue/arrivals.ts';
import type { TaskQueue } from '../queue/cloud-tasks.ts';
import type { DeadLetters } from '../queue/dead-letters.ts';
import { bodyText, header, NotTaken, type PushRequest } from '../queue/push-request.ts';
import type { StandingTimers } from './standing-timers.ts';

/** Tells which life of a timer a task belongs to: the name of the life's first task. */
const lifeHeader = 'X-Portolan-Timer';

/**
 * Timers over Cloud Tasks. The table of standing timers is what holds; a task only calls. One that arrives for a timer
 * which does not stand any more, or has been set anew, is let go. What lies further ahead than 30 days is called before its
 * time, and goes on from there.
 */
export class CloudTasksAlarms implements Timer, Receiver<PushRequest, void> {
  readonly #port: TimerPort;
  readonly #tasks: TaskQueue;
  readonly #standing: StandingTimers;
  readonly #dead: DeadLetters;
  readonly #environment: Environment;

  constructor(
    port: TimerPort,
    tasks: TaskQueue,
    standing: StandingTimers,
    dead: DeadLetters,
    environment: Environment,
  ) {
    this.#port = port;
    this.#tasks = tasks;
    this.#standing = standing;
    this.#dead = dead;
    this.#environment = environment;
  }

  async set(id: string, at: number, payload: unknown, options: { readonly trace?: Trace } = {}): Promise<void> {
    encodeTimer(this.#port, id, at, payload, this.#environment.clock.now());
    const { trace } = options;
    const carried = {
      id,
      message: payload,
      at,
      attempts: 0,
      notBefore: at,
      ...(trace === undefined ? {} : { trace }),
    };
    await this.#told('set', async () => {
      // First the row, then the task. Where this ends in between, setting the timer again creates the task; where the
      // task stands already, its name keeps a second one away.
      const task = await this.#standing.set(id, at);
      const body = packCarried(carried);
      await this.#tasks.create({ body, notBefore: at, name: task, headers: { [lifeHeader]: task } });
    });
  }

  async cancel(id: string, at: number): Promise<void> {
    checkKeyPart(this.#port.name, 'id', id);
    await this.#told('cancel', async () => {
      const standing = await this.#standing.get(id, at);
      if (standing === undefined) return;
      await this.#standing.end(id, at, standing);
      // Only to spare its call: without the row nothing fires.
      await this.#tasks.delete(standing.task);
    });
  }

  /**
   * Takes one call of Cloud Tasks.
   *
   * @throws {NotTaken} where the timer must come again by Cloud Tasks' own retries.
   */
  async receive(request: PushRequest, consumer: Consumer): Promise<void> {
    const text = bodyText(request);
    const carried = unpackCarried(text);
    const life = header(request, lifeHeader.toLowerCase());
    if (carried === undefined || life === undefined) {
      this.#environment.log.error('a task that is no timer was dropped', { timer: this.#port.name });
      return;
    }
    const standing = await this.#told('receive', () => this.#standing.get(carried.id, carried.at));
    if (standing?.task !== life) return;
    const arrival = arrivalOfTask(request, carried);
    if (arrival.unanswered !== undefined) {
      await this.#dead.bury(unansweredOf(carried, arrival.unanswered, this.#environment.clock.now()));
      return this.#told('receive', () => this.#standing.end(carried.id, carried.at, standing));
    }
    let goesOn = false;
    const [outcome] = settle<TaskArrival>([arrival], consumer, {
      retry: this.#port.retry,
      environment: this.#environment,
      outlet: {
        again: async (copy) => {
          const body = packCarried(copy);
          await this.#tasks.create({ body, ...atOf(copy), headers: { [lifeHeader]: life } });
          goesOn = true;
          return 'sent';
        },
        bury: (dead) => this.#dead.bury(dead),
      },
    });
    if ((await outcome) === 'left') throw new NotTaken('the timer could not be passed on');
    if (!goesOn) await this.#told('receive', () => this.#standing.end(carried.id, carried.at, standing));
  }

  async #told<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw portErrorOf(error, `timer "${this.#port.name}": ${what}`);
    }
  }
}
