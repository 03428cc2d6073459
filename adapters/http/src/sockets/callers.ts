import type { IncomingMessage } from 'node:http';
import {
  problem,
  problemFrame,
  reasonOf,
  type Environment,
  type Problem,
  type RefusalKind,
  type SessionCall,
  type Sessions,
  type Trace,
  type Welcome,
} from '@portolan/kernel';
import { incomingTrace } from '../http-api.ts';
import { by, type Schedule } from '../node/answer-by.ts';
import { socketRequest } from './handshake.ts';

export interface CallersOptions {
  readonly environment: Pick<Environment, 'clock' | 'ids' | 'log'>;
  readonly schedule: Schedule;
  /** How long the function may take for one call. Milliseconds. */
  readonly answerWithinMs: number;
}

/** What is under way on sockets, so that whoever stops can wait for it. */
export class UnderWay {
  readonly #work = new Set<Promise<unknown>>();

  /** @param work - Which never rejects. */
  follow(work: Promise<unknown>): void {
    const followed = work.finally(() => this.#work.delete(followed));
    this.#work.add(followed);
  }

  async end(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}

/** Calls the function for one socket, from its handshake to its end, within the time that each call has. */
export class Caller {
  readonly connection: string;
  readonly sessions: Sessions;
  readonly #options: CallersOptions;
  readonly #underWay: UnderWay;
  readonly #trace: Partial<Trace> | undefined;

  constructor(sessions: Sessions, headers: IncomingMessage['headers'], options: CallersOptions, underWay: UnderWay) {
    this.sessions = sessions;
    this.connection = options.environment.ids.next();
    this.#options = options;
    this.#underWay = underWay;
    this.#trace = incomingTrace(headers as Record<string, string | undefined>);
  }

  /**
   * Asks whether the client may come in. A welcome that comes too late is taken back.
   *
   * @param givenUp - Settles where nobody waits for the answer any longer.
   */
  async connect(
    request: IncomingMessage,
    givenUp: Promise<Problem<RefusalKind>>,
  ): Promise<Welcome | Problem<RefusalKind>> {
    const call = this.#call();
    const failed = problem('unavailable', 'The connection could not be made just now; try again.');
    const answer = this.#told(this.sessions.connect({ ...call, ...socketRequest(request) }), failed);
    const { schedule } = this.#options;
    let inTime = true;
    const outcome = await by(call.deadlineAt, Promise.race([answer, givenUp]), schedule, (): Problem<RefusalKind> => {
      inTime = false;
      return problem('unavailable', 'The connection could not be made in time; try again.');
    });
    void answer.then((given) => {
      if (given.kind === 'welcome' && given !== outcome) this.#underWay.follow(this.disconnect());
    });
    // Whoever stops waits for the function for as long as it may take, and no longer.
    if (inTime) this.#underWay.follow(by(call.deadlineAt, answer, schedule, () => undefined));
    return outcome;
  }

  /** @returns What to answer the client with. */
  message(text: string): Promise<string | undefined> {
    const call = this.#call();
    const failed = problemFrame(problem('unavailable', 'The message could not be handled just now; send it again.'));
    const answer = this.#told(this.sessions.message(call, text), failed);
    return by(call.deadlineAt, answer, this.#options.schedule, () =>
      problemFrame(problem('unavailable', 'The message was not handled in time.')),
    );
  }

  disconnect(): Promise<void> {
    const call = this.#call();
    const answer = this.#told(this.sessions.disconnect(call), undefined);
    return by(call.deadlineAt, answer, this.#options.schedule, () => undefined);
  }

  /** The answer to a call; where that fails, which is a fault of the function's declaration, the log has it. */
  #told<T>(answer: Promise<T>, failed: T): Promise<T> {
    return answer.catch((error: unknown) => {
      this.#options.environment.log.error('a socket failed', { reason: reasonOf(error) });
      return failed;
    });
  }

  #call(): SessionCall & { readonly deadlineAt: number } {
    const deadlineAt = this.#options.environment.clock.now() + this.#options.answerWithinMs;
    return { connection: this.connection, deadlineAt, ...(this.#trace === undefined ? {} : { trace: this.#trace }) };
  }
}
