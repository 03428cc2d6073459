import type { EngineProcess } from '@portolan/conformance/engine';
import type { Environment } from '@portolan/kernel';
import { seededRandom } from '@portolan/kernel/testing';
import { nodeEnvironment, type Alarm } from '@portolan/node';
import { EngineAlarm } from '@portolan/node/testing';

interface State {
  readonly changes: number;
  readonly inFlight: number;
  readonly nextDueAt: number | null;
}

/** Looks at the engine without any change, after which nothing goes on. */
const quietLooks = 3;
/** Pause between looks, in milliseconds of the machine. */
const lookMs = 2;
/** Looks at most: what is busy for longer is not waited for. */
const maxLooks = 1_000;
/** Steps at most in which time passes; what is left then passes at once. */
const maxSteps = 400;

/** Time as a harness knows it. */
export interface WorldTime {
  readonly environment: Environment;
  readonly alarm: Alarm;
  now(): number;
  pass(durationMs: number): Promise<void>;
  settle(): Promise<void>;
}

/** Time of an engine whose clock can be moved, and of the adapters over it. */
export class PushWorld implements WorldTime {
  readonly environment: Environment;
  readonly #engine: EngineProcess;
  readonly alarm: EngineAlarm;
  /** How far the engine's clock, which others may have moved before, is ahead of the machine's. */
  #aheadMs: number;

  constructor(engine: EngineProcess) {
    this.#engine = engine;
    this.#aheadMs = engine.now() - Date.now();
    this.alarm = new EngineAlarm(() => this.now());
    this.environment = nodeEnvironment(this.alarm, { random: seededRandom(1) });
  }

  now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Moves time forward, stopping at each instant where something is due. */
  async pass(durationMs: number): Promise<void> {
    const target = this.now() + durationMs;
    let state = await this.#quiet();
    for (let step = 0; step < maxSteps; step++) {
      const next = Math.min(state.nextDueAt ?? Infinity, this.alarm.next);
      if (next >= target) break;
      await this.#move(Math.max(1, Math.ceil(next - this.now())));
      state = await this.#quiet();
    }
    if (target > this.now()) await this.#move(Math.ceil(target - this.now()));
    await this.#quiet();
  }

  async settle(): Promise<void> {
    await this.#quiet();
  }

  /** Grows with everything that is asked of the engine. */
  async changes(): Promise<number> {
    return (await this.#state()).changes;
  }

  /** This side's clock goes first: what the engine pushes as it moves must not find a function that lags behind. */
  async #move(ms: number): Promise<void> {
    this.#aheadMs += ms;
    await this.#engine.pass(ms);
  }

  /** Waits until nothing happens any more without time passing: nothing is due, and nothing under way moves on. */
  async #quiet(): Promise<State> {
    let last = await this.#state();
    for (let look = 0, quiet = 0; look < maxLooks; look++) {
      const rang = this.alarm.ring();
      await new Promise((resolve) => setTimeout(resolve, lookMs));
      const state = await this.#state();
      const due = state.nextDueAt !== null && state.nextDueAt <= this.now();
      quiet = rang || due || state.changes !== last.changes ? 0 : quiet + 1;
      last = state;
      if (quiet >= (state.inFlight === 0 ? 1 : quietLooks)) break;
    }
    return last;
  }

  async #state(): Promise<State> {
    return (await (await fetch(`http://127.0.0.1:${this.#engine.port}/double/state`)).json()) as State;
  }
}
