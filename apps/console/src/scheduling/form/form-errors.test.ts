import { concernsAdvanced, formErrors, withoutParts } from './form-errors.ts';

test('puts a problem next to the control that fills the field', () => {
  const errors = formErrors(
    [{ field: 'body.at', value: 'soon', expected: 'expected an instant' }],
    'body.at: expected an instant',
  );
  expect(errors).toEqual({ fields: { at: 'Expected an instant' }, general: [] });
});

test('gives what lies deeper than a control to that control, and says which part', () => {
  const errors = formErrors([{ field: 'body.target.headers.Host', expected: 'this header is set by the sender' }], '');
  expect(errors.fields).toEqual({ 'target.headers': 'Host: this header is set by the sender' });
});

test('does not take a field for another whose name begins alike', () => {
  const { fields, general } = formErrors([{ field: 'body.identity', expected: 'nothing' }], '');
  expect(fields).toEqual({});
  expect(general).toEqual(['identity: nothing']);
});

test('keeps the first of two problems with one control', () => {
  const errors = formErrors(
    [
      { field: 'body.cron', expected: 'expected five fields' },
      { field: 'body.cron', expected: 'expected at most 200 characters' },
    ],
    '',
  );
  expect(errors.fields.cron).toBe('Expected five fields');
});

test('says above the form what names no control, and the detail where nothing is named', () => {
  expect(formErrors([{ field: 'body', expected: 'expected a schedule with an occurrence' }], 'x').general).toEqual([
    'Expected a schedule with an occurrence',
  ]);
  expect(formErrors(undefined, 'The payload is too large.').general).toEqual(['The payload is too large.']);
});

test('tells when a problem is folded away', () => {
  expect(concernsAdvanced(formErrors([{ field: 'body.retry.capMs', expected: 'less' }], ''))).toBe(true);
  expect(concernsAdvanced(formErrors([{ field: 'body.target.url', expected: 'a URL' }], ''))).toBe(false);
});

test('takes back what was said about a part that is typed anew, and about the form as a whole', () => {
  const errors = {
    fields: { 'target.url': 'Expected a URL', cron: 'Expected five fields' },
    general: ['Expected less'],
  };
  expect(withoutParts(errors, ['url'])).toEqual({ fields: { cron: 'Expected five fields' }, general: [] });
});
