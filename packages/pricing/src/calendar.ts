/** Days before each month of a year that is no leap year. */
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365] as const;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** @param month - 1 to 12. */
export function daysInMonth(year: number, month: number): number {
  return daysBefore[month]! - daysBefore[month - 1]! + (month === 2 && isLeap(year) ? 1 : 0);
}

/**
 * Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
 *
 * @param year - From 1 on.
 * @param month - 1 to 13: a thirteenth month is the next year's first.
 * @param day - From 1 on.
 */
export function dayNumber(year: number, month: number, day: number): number {
  const before = year - 1;
  // 477 leap days lie before 1970.
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  const thisYear = daysBefore[month - 1]! + (month > 2 && isLeap(year) ? 1 : 0);
  return (year - 1970) * 365 + leapDays + thisYear + day - 1;
}

export interface CalendarDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** The date a number of days after 1970-01-01; the inverse of {@link dayNumber}. */
export function dateOf(day: number): CalendarDate {
  const date = new Date(day * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
