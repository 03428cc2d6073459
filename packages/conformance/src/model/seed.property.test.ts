import fc from 'fast-check';

/** What a property is given, from the seed of the environment or from one of its own. */
function given(settings: fc.Parameters<[number]> = {}): readonly number[] {
  const drawn: number[] = [];
  fc.assert(
    fc.property(fc.integer(), (value) => void drawn.push(value)),
    { numRuns: 20, ...settings },
  );
  return drawn;
}

test('every property starts from PORTOLAN_PROPERTY_SEED, where it is set', () => {
  const text = process.env['PORTOLAN_PROPERTY_SEED'];
  const seed = text === undefined ? undefined : Number(text);
  expect(fc.readConfigureGlobal().seed).toBe(seed);
  if (seed === undefined) expect(given()).not.toEqual(given());
  else expect(given()).toEqual(given({ seed }));
});
