import {
  defaultHorzScaleBehavior,
  type InternalHorzScaleItem,
  type TickMark,
  type TickMarkWeightValue,
  type TimeScalePoint,
} from 'lightweight-charts';
import { formatInstant, wallOf } from '../../time/instant.ts';
import { labelOf, weightOf } from './tick-marks.ts';

/** Seconds since 1970, which is what every point of these charts is given as. */
const atOf = (time: unknown): number => (time as number) * 1_000;

/**
 * A time axis on the browser's wall: the charting library thinks in UTC, and would mark the days where they begin there.
 * The bars themselves stay where UTC has them.
 */
export class LocalTimeScale extends defaultHorzScaleBehavior() {
  override formatHorzItem(item: InternalHorzScaleItem): string {
    return formatInstant(atOf(this.key(item)));
  }

  override formatTickmark({ originalTime, weight }: TickMark): string {
    return labelOf(atOf(originalTime), weight);
  }

  override fillWeightsForPoints(
    points: readonly { -readonly [Field in keyof TimeScalePoint]: TimeScalePoint[Field] }[],
    startIndex: number,
  ): void {
    for (let index = startIndex; index < points.length; index++) {
      const at = atOf(points[index]!.originalTime);
      // None is before the first one: it weighs as if the step to it were that behind it.
      const before =
        index > 0 ? atOf(points[index - 1]!.originalTime) : 2 * at - atOf(points[1]?.originalTime ?? at / 1_000);
      points[index]!.timeWeight = weightOf(wallOf(at), wallOf(before)) as TickMarkWeightValue;
    }
  }
}
