import { fromAttributes, toAttributes } from './attributes.ts';

test('lays numbers out natively where DynamoDB can hold them, and as JSON where not', () => {
  expect(toAttributes({ a: 0, b: 1e125, c: 1e-130, d: 1e126, e: 9e-131, f: Number.MIN_VALUE })).toEqual({
    a: { N: '0' },
    b: { N: '1e+125' },
    c: { N: '1e-130' },
    d: { L: [{ S: '1e+126' }] },
    e: { L: [{ S: '9e-131' }] },
    f: { L: [{ S: '5e-324' }] },
  });
});

test('keeps lone surrogates, which UTF-8 cannot carry, as escapes', () => {
  expect(toAttributes({ text: 'a\ud800' })).toEqual({ text: { L: [{ S: '"a\\ud800"' }] } });
});

test.each([{ B: new Uint8Array(1) }, { SS: ['a'] }, { M: {} }, { L: [] }, { L: [{ S: '{' }] }])(
  'names an attribute of another kind: %j',
  (value) => {
    expect(() => fromAttributes({ odd: value as never }, 'table "tasks"')).toThrow(
      expect.objectContaining({
        code: 'corrupted',
        message: expect.stringContaining('table "tasks": attribute "odd"'),
      }),
    );
  },
);
