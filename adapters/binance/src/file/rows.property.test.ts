import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { allOf } from '../testing/all-of.ts';
import { rowsOf } from './rows.ts';

const field = fc.stringMatching(/^[A-Za-z0-9.:_-]{0,12}$/);
const lines = fc.array(fc.array(field, { minLength: 1, maxLength: 8 }), { maxLength: 30 });

test('reads what csv-parse reads, however the bytes are cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 7 }),
      async (rows, ending, last, cuts, batchRows) => {
        const text = rows.map((fields) => fields.join(',')).join(ending) + (last ? ending : '');
        const bytes = Buffer.from(text);
        async function* chunks() {
          for (let at = 0, n = 0; at < bytes.length; n++) {
            const size = cuts[n % cuts.length]!;
            yield bytes.subarray(at, at + size);
            at += size;
          }
        }
        const batches = await allOf(rowsOf(chunks(), { batchRows }));
        const expected = parse(text, { quote: false, relaxColumnCount: true, skipEmptyLines: true });
        expect(batches.flat().map(({ fields }) => fields)).toEqual(expected);
        expect(batches.every(({ length }) => length >= 1 && length <= batchRows)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
