import { PortError } from './errors.ts';

/** Calls `ring` once at an instant, and never before. @returns Cancels the call. */
export type Schedule = (at: number, ring: () => void) => () => void;

/**
 * The answers to deliveries, rejected where there is none by an instant: by it hosts end what their platform would end, and
 * what takes longer than its port allows, so that the consumers that adapters are given always answer.
 *
 * @param endsAt - Milliseconds since 1970; `Infinity` for as long as it takes.
 * @returns Answers that reject with {@link PortError} `timeout`.
 */
export function inTime(
  answers: readonly Promise<void>[],
  endsAt: number,
  schedule: Schedule,
): readonly Promise<void>[] {
  if (endsAt === Infinity) return answers;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const cancel = schedule(endsAt, () => reject(new PortError('timeout', 'no answer in time')));
  // Where everything was answered in time, nobody listens.
  late.catch(() => {});
  void Promise.allSettled(answers).then(cancel);
  return answers.map((answer) => Promise.race([answer, late]));
}
