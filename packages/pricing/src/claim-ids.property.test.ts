import fc from 'fast-check';
import { Block, blockOf, claimIds, type Claim } from './claim-ids.ts';

/** Claims around the borders of three blocks; few minutes, so that many agree in everything but one thing. */
const claim = fc.record({
  sequence: fc.oneof(fc.integer({ min: 990, max: 1_010 }), fc.integer({ min: 1_990, max: 2_010 })),
  count: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 6 }), fc.integer({ min: 980, max: 1_010 })),
  minute: fc.integer({ min: 29_442_000, max: 29_442_001 }),
});
const idsOf = ({ sequence, count }: Claim): number[] => Array.from({ length: count }, (_, n) => sequence + n);

test('an id has one holder for ever; who is refused is told of it, and holds nothing', () => {
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 40 }), (claims) => {
      const stored = new Map<number, ReturnType<Block['stored']>>();
      const holders = new Map<number, Claim>();
      for (const one of claims) {
        const ids = idsOf(one);
        const numbers = [...new Set(ids.map(blockOf))];
        const blocks = numbers.map((number) => new Block(number, stored.get(number)));
        const rival = claimIds(blocks, one);
        const held = ids.map((id) => holders.get(id)).filter((holder) => holder !== undefined);
        const same =
          held.length === ids.length && held.every((holder) => JSON.stringify(holder) === JSON.stringify(one));
        expect(blocks.map(({ changed }) => changed)).toEqual(blocks.map(() => held.length === 0));
        if (held.length === 0 || same) expect(rival).toBeUndefined();
        else expect(held).toContainEqual(rival);
        if (held.length === 0) for (const id of ids) holders.set(id, one);
        blocks.forEach((block, index) => stored.set(numbers[index]!, block.stored()));
      }
    }),
    { numRuns: 50 },
  );
});
