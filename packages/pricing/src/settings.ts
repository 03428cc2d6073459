import { days, minutes, seconds } from '@portolan/kernel';

/** What a deployment may set; all in milliseconds. */
export interface PricingSettings {
  /** How long trades stay in the table once they stand in the archive; from the end of their minute. At least 1 h. @default 7 days */
  readonly retentionMs: number;
  /** How much later than others of its source a trade may come and still find its interval open. @default 5 s */
  readonly latenessMs: number;
  /** A source that was silent for this long holds no interval open. @default 2 min */
  readonly idleMs: number;
  /** How far ahead of this service's clock a trade's time may be. @default 5 min */
  readonly aheadMs: number;
}

export const defaultSettings: PricingSettings = {
  retentionMs: days(7),
  latenessMs: seconds(5),
  idleMs: minutes(2),
  aheadMs: minutes(5),
};
