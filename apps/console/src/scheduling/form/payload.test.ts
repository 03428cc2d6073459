import { prettyPayload, readPayload } from './payload.ts';

test('takes any JSON, and counts what will be sent', () => {
  expect(readPayload('{ "a": [1, 2] }')).toEqual({ kind: 'json', value: { a: [1, 2] }, bytes: 11 });
  expect(readPayload('"ä"')).toEqual({ kind: 'json', value: 'ä', bytes: 4 });
  expect(readPayload('null')).toEqual({ kind: 'json', value: null, bytes: 4 });
});

test('takes blanks for no payload', () => {
  expect(readPayload(' \n ')).toEqual({ kind: 'empty' });
});

test('tells where the text stops being JSON', () => {
  expect(readPayload('{\n  "a": 1,\n}')).toEqual({
    kind: 'fault',
    fault: expect.stringMatching(/, at line 3, column 1$/) as string,
  });
  expect(readPayload('{ "a": ')).toEqual({ kind: 'fault', fault: expect.stringMatching(/end of JSON/) as string });
});

test('indents JSON, and leaves alone what is none', () => {
  expect(prettyPayload('{"a":{"b":1}}')).toBe('{\n  "a": {\n    "b": 1\n  }\n}');
  expect(prettyPayload('{"a":')).toBe('{"a":');
});
