import { googleDialect, jsonLog, logLevel } from './json-log.ts';

test('writes one line of JSON for each event, at its level or above', () => {
  const lines: string[] = [];
  const log = jsonLog({ level: 'warn', write: (line) => lines.push(line) });
  log.info('too little');
  log.warn('enough', { port: 'tasks', tries: 2 });
  log.error('more\nthan enough');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 'warn', time: expect.stringMatching(/^\d{4}-.*Z$/), message: 'enough', port: 'tasks', tries: 2 },
    { level: 'error', time: expect.any(String), message: 'more\nthan enough' },
  ]);
  expect(lines.join('')).not.toContain('\n');
});

test('a field cannot pass for the level or the message', () => {
  const lines: string[] = [];
  jsonLog({ dialect: googleDialect, write: (line) => lines.push(line) }).error('real', {
    severity: 'DEBUG',
    message: 'false',
  });
  expect(JSON.parse(lines[0]!)).toMatchObject({ severity: 'ERROR', message: 'real' });
});

test('names the levels there are when PORTOLAN_LOG names another', () => {
  expect(logLevel({})).toBe('info');
  expect(logLevel({ PORTOLAN_LOG: 'debug' })).toBe('debug');
  expect(() => logLevel({ PORTOLAN_LOG: 'loud' })).toThrow(
    'PORTOLAN_LOG must be one of debug, info, warn, error, not "loud"',
  );
});
