import fc from 'fast-check';
import { TimerHeap } from './timer-heap.ts';

interface Timer {
  readonly at: number;
  readonly seq: number;
}

/** What a heap must do, by sorting. */
class SortedTimers {
  timers: Timer[] = [];

  add(timer: Timer): void {
    this.timers.push(timer);
    this.timers.sort((a, b) => a.at - b.at || a.seq - b.seq);
  }
}

const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('push'), at: fc.integer({ min: -50, max: 50 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pop') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('append'), ats: fc.array(fc.integer(), { maxLength: 900 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove'), every: fc.integer({ min: 1, max: 5 }) }) },
);

type Command =
  | { readonly kind: 'push'; readonly at: number }
  | { readonly kind: 'pop' }
  | { readonly kind: 'append'; readonly ats: readonly number[] }
  | { readonly kind: 'remove'; readonly every: number };

function apply(command: Command, heap: TimerHeap, sorted: SortedTimers, nextSeq: () => number): void {
  switch (command.kind) {
    case 'push': {
      const timer = { at: command.at, seq: nextSeq() };
      heap.push(timer.at, timer.seq);
      return sorted.add(timer);
    }
    case 'pop':
      heap.pop();
      return void sorted.timers.shift();
    case 'append':
      for (const at of command.ats) {
        const timer = { at, seq: nextSeq() };
        heap.append(timer.at, timer.seq);
        sorted.add(timer);
      }
      return heap.order();
    case 'remove': {
      const gone = new Set(sorted.timers.filter((_, index) => index % command.every === 0).map(({ seq }) => seq));
      heap.remove(gone);
      sorted.timers = sorted.timers.filter(({ seq }) => !gone.has(seq));
    }
  }
}

function drain(heap: TimerHeap): readonly Timer[] {
  const drained: Timer[] = [];
  while (heap.size > 0) {
    drained.push({ at: heap.firstAt, seq: heap.firstSeq });
    heap.pop();
  }
  return drained;
}

test('gives timers out by instant, then in the order in which they were set, whatever was added and removed', () => {
  fc.assert(
    fc.property(fc.array(command as fc.Arbitrary<Command>, { maxLength: 60 }), (commands) => {
      const heap = new TimerHeap();
      const sorted = new SortedTimers();
      let seq = 0;
      for (const each of commands) {
        apply(each, heap, sorted, () => ++seq);
        expect(heap.size).toBe(sorted.timers.length);
        expect(heap.firstAt).toBe(sorted.timers[0]?.at ?? Infinity);
      }
      expect(drain(heap)).toEqual(sorted.timers);
    }),
    { numRuns: 60 },
  );
});
