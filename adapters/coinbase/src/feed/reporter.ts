import { reasonOf } from '@portolan/kernel';
import type { Alarm } from '@portolan/node';
import type { FeedReport, TradeIntake } from '@portolan/pricing';
import type { LimitedLog } from './limited-log.ts';

/**
 * Tells the intake how the feed stands: a change at once, new marks from time to time, and one report at a time, so that a
 * slow intake gets the newest and skips what lay between.
 */
export class Reporter {
  readonly #intake: TradeIntake;
  readonly #source: string;
  readonly #alarm: Alarm;
  readonly #everyMs: number;
  readonly #log: LimitedLog;
  #newest: FeedReport | undefined;
  #told = { standing: '', marks: '', at: -Infinity };
  #underWay: Promise<void> | undefined;
  #cancel = (): void => {};

  constructor(intake: TradeIntake, source: string, alarm: Alarm, everyMs: number, log: LimitedLog) {
    this.#intake = intake;
    this.#source = source;
    this.#alarm = alarm;
    this.#everyMs = everyMs;
    this.#log = log;
  }

  offer(report: FeedReport): void {
    this.#newest = report;
    if (this.#underWay !== undefined) return;
    this.#cancel();
    if (standingOf(report) !== this.#told.standing) this.#tell();
    else if (marksOf(report) !== this.#told.marks) {
      this.#cancel = this.#alarm.schedule(this.#told.at + this.#everyMs, () => this.#tell());
    }
  }

  /** Fulfilled once no report is under way. */
  async settled(): Promise<void> {
    while (this.#underWay !== undefined) await this.#underWay;
  }

  #tell(): void {
    const report = this.#newest!;
    this.#underWay = this.#send(report).finally(() => {
      this.#underWay = undefined;
      this.offer(this.#newest!);
    });
  }

  async #send(report: FeedReport): Promise<void> {
    let marks = marksOf(report);
    try {
      await this.#intake.report(this.#source, report);
    } catch (error) {
      this.#log.say('warn', 'report', `the feed's state could not be told: ${reasonOf(error)}`);
      // As if its marks had changed since: it is told again when marks are due, and not at once.
      marks = 'untold';
    }
    this.#told = { standing: standingOf(report), marks, at: this.#alarm.clock.now() };
  }
}

const standingOf = ({ marks: _marks, ...standing }: FeedReport): string => JSON.stringify(standing);
const marksOf = ({ marks }: FeedReport): string => JSON.stringify(marks);
