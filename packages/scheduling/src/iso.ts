let last = { at: 0, text: new Date(0).toISOString() };
let lastButOne = last;

/**
 * An instant in ISO 8601, in UTC to the millisecond. The instants of a task are few, and often those of the task before:
 * the last two are kept, as making one costs more than the rest of a view.
 */
export function iso(at: number): string {
  if (at === last.at) return last.text;
  [last, lastButOne] = [at === lastButOne.at ? lastButOne : { at, text: new Date(at).toISOString() }, last];
  return last.text;
}
