/**
 * How to pass time step by step: by the second at first, so that what comes due within ten seconds comes in order, then in
 * steps that double. At most 10 + log2(durationMs / 10 s) + 1 of them.
 */
export function timeSteps(durationMs: number): readonly number[] {
  const steps: number[] = [];
  let left = durationMs;
  for (let step = 1_000; left > 0; step = steps.length < 10 ? 1_000 : step * 2) {
    steps.push(Math.min(step, left));
    left -= step;
  }
  return steps;
}
