import { dateOf, dayNumber, daysInMonth } from './calendar.ts';

/** Instants are integer microseconds since 1970-01-01T00:00:00Z, in the years 1970 to 2200: safe integers all. */
export const microsPerSecond = 1_000_000;
export const microsPerMinute = 60 * microsPerSecond;
export const microsPerDay = 86_400 * microsPerSecond;

/** The first instant beyond the range: 2201-01-01T00:00:00Z. */
export const endOfTime = dayNumber(2201, 1, 1) * microsPerDay;

const [zero, dash, colon, dot, plus, letterT, letterZ] = [48, 45, 58, 46, 43, 84, 90];

/**
 * Reads an instant in ISO 8601: `2026-01-31T23:59:59`, a point and 1 to 6 digits where there is a fraction, then `Z` or
 * an offset such as `+01:00`. Nothing else is taken: no other letters' case, no missing part, no hour 24, no leap second,
 * no date that the calendar lacks.
 *
 * @returns Microseconds since 1970, or `undefined` for any other text, and outside the years 1970 to 2200 in UTC.
 */
export function parseTime(text: string): number | undefined {
  const { length } = text;
  if (length < 20 || length > 32) return undefined;
  const year = pair(text, 0) * 100 + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  const hour = pair(text, 11);
  const minute = pair(text, 14);
  const second = pair(text, 17);
  const punctuated =
    text.charCodeAt(4) === dash &&
    text.charCodeAt(7) === dash &&
    text.charCodeAt(10) === letterT &&
    text.charCodeAt(13) === colon &&
    text.charCodeAt(16) === colon;
  // A pair that is no number is NaN, which no comparison holds for.
  if (!punctuated || !(year >= 1969 && year <= 2201 && month >= 1 && month <= 12)) return undefined;
  if (!(day >= 1 && (day <= 28 || day <= daysInMonth(year, month)))) return undefined;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  const days = dayNumber(year, month, day);
  const micros = ((days * 24 + hour) * 60 + minute) * microsPerMinute + second * microsPerSecond;
  return withFraction(text, micros);
}

function withFraction(text: string, micros: number): number | undefined {
  let index = 19;
  let fraction = 0;
  if (text.charCodeAt(index) === dot) {
    let weight = 100_000;
    for (index++; index < text.length; index++) {
      const digit = text.charCodeAt(index) - zero;
      if (digit < 0 || digit > 9) break;
      if (weight < 1) return undefined;
      fraction += digit * weight;
      weight = weight === 1 ? 0 : weight / 10;
    }
    if (index === 20) return undefined;
  }
  const offset = offsetAt(text, index);
  const instant = micros + fraction - (offset ?? 0);
  return offset === undefined || instant < 0 || instant >= endOfTime ? undefined : instant;
}

/** The offset from UTC that the text ends with, in microseconds. */
function offsetAt(text: string, index: number): number | undefined {
  const sign = text.charCodeAt(index);
  if (sign === letterZ) return text.length === index + 1 ? 0 : undefined;
  if ((sign !== plus && sign !== dash) || text.length !== index + 6) return undefined;
  const hours = pair(text, index + 1);
  const minutes = pair(text, index + 4);
  if (text.charCodeAt(index + 3) !== colon || !(hours <= 23 && minutes <= 59)) return undefined;
  return (sign === plus ? 1 : -1) * (hours * 60 + minutes) * microsPerMinute;
}

/** The number in two digits; NaN where they are none. */
function pair(text: string, index: number): number {
  const tens = text.charCodeAt(index) - zero;
  const ones = text.charCodeAt(index + 1) - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

const twoDigits = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
const threeDigits = Array.from({ length: 1_000 }, (_, n) => String(n).padStart(3, '0'));

/** Neighbours in a list mostly share their minute: its text is kept. */
let recent = { minute: 0, text: '1970-01-01T00:00:' };

/** Writes an instant as `2026-01-01T00:00:00.000000Z`, always with six digits: text that sorts as time does. */
export function formatTime(micros: number): string {
  const minute = Math.floor(micros / microsPerMinute);
  const { text } = minute === recent.minute ? recent : (recent = { minute, text: minuteText(minute) });
  const within = micros - minute * microsPerMinute;
  if (within === 0) return `${text}00.000000Z`;
  const second = Math.floor(within / microsPerSecond);
  const fraction = within - second * microsPerSecond;
  const millis = Math.floor(fraction / 1_000);
  return `${text}${twoDigits[second]}.${threeDigits[millis]}${threeDigits[fraction - millis * 1_000]}Z`;
}

/** So do the minutes of a list of candles their day. */
let recentDay = { days: 0, text: '1970-01-01T' };

function minuteText(minuteNumber: number): string {
  const days = Math.floor(minuteNumber / 1_440);
  const { text } = days === recentDay.days ? recentDay : (recentDay = { days, text: dayText(days) });
  const within = minuteNumber - days * 1_440;
  const hour = Math.floor(within / 60);
  return `${text}${twoDigits[hour]}:${twoDigits[within - hour * 60]}:`;
}

function dayText(days: number): string {
  const { year, month, day } = dateOf(days);
  return `${year}-${twoDigits[month]}-${twoDigits[day]}T`;
}
