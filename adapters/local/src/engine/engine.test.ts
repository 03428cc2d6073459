import { PortError } from '@portolan/kernel';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { VirtualAlarm } from '@portolan/node/testing';
import { Engine } from './engine.ts';

let folder = '';
let opened: Engine[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'portolan-engine-'));
  opened = [];
});
afterEach(() => {
  for (const engine of opened) engine.close();
  rmSync(folder, { recursive: true });
});

const pathOf = (name: string): string => join(folder, name);

function open(name = 'a.db'): Engine {
  const engine = new Engine(pathOf(name), new VirtualAlarm());
  opened.push(engine);
  engine.define((execute) =>
    execute('CREATE TABLE IF NOT EXISTS notes (id TEXT PRIMARY KEY, n INTEGER CHECK (n < 100))'),
  );
  return engine;
}

const add =
  (engine: Engine, id: string, n = 0) =>
  () =>
    engine.statement('INSERT INTO notes VALUES (?, ?)').run(id, n);
const ids = (engine: Engine): unknown[] =>
  engine.read(() =>
    engine
      .statement('SELECT id FROM notes ORDER BY id')
      .all()
      .map(({ id }) => id),
  );

test('commits what concurrent writers wrote in one transaction', async () => {
  const engine = open();
  const before = engine.commits;
  await Promise.all(Array.from({ length: 100 }, (_, index) => engine.write(add(engine, `n${index}`))));
  expect(engine.commits - before).toBe(1);
  expect(ids(engine)).toHaveLength(100);
});

test('answers a writer only after its commit', async () => {
  const engine = open();
  const answered = engine.write(add(engine, 'a'));
  expect(ids(engine)).toEqual([]);
  await answered;
  expect(ids(engine)).toEqual(['a']);
});

test('keeps what was answered when the process ends without a word', async () => {
  const engine = open();
  await engine.write(add(engine, 'a'));
  void engine.write(add(engine, 'never answered'));
  copyFileSync(pathOf('a.db'), pathOf('b.db'));
  copyFileSync(pathOf('a.db-wal'), pathOf('b.db-wal'));
  expect(ids(open('b.db'))).toEqual(['a']);
});

test('lets a work that throws before it has written anything harm nobody', async () => {
  const engine = open();
  const before = engine.commits;
  const outcomes = await Promise.allSettled([
    engine.write(add(engine, 'a')),
    engine.write(() => {
      throw new RangeError('no');
    }),
    engine.write(add(engine, 'b')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((outcomes[1] as PromiseRejectedResult).reason).toBeInstanceOf(RangeError);
  expect(ids(engine)).toEqual(['a', 'b']);
  expect(engine.commits - before).toBe(1);
});

test('takes back all that a failing work wrote, and nothing of the others', async () => {
  const engine = open();
  const outcomes = await Promise.allSettled([
    engine.write(add(engine, 'a')),
    engine.write(() => {
      add(engine, 'half')();
      throw new Error('changed its mind');
    }),
    engine.write(() => {
      add(engine, 'other half')();
      add(engine, 'against the check', 100)();
    }),
    engine.write(add(engine, 'b')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect((outcomes[2] as PromiseRejectedResult).reason).toMatchObject({ code: 'internal' });
  expect(ids(engine)).toEqual(['a', 'b']);
});

test('tells what is applied after the commit, in the order of the writes, before anybody is answered', async () => {
  const engine = open();
  const order: string[] = [];
  await Promise.all(
    ['a', 'b'].map((id) =>
      engine
        .write(add(engine, id), () => order.push(`applied ${id}: ${ids(engine).length}`))
        .then(() => order.push(id)),
    ),
  );
  expect(order).toEqual(['applied a: 2', 'applied b: 2', 'a', 'b']);
});

test('answers everybody when something fails that follows the commit', async () => {
  const engine = open();
  const outcomes = await Promise.allSettled([
    engine.write(add(engine, 'a'), () => {
      throw new Error('afterwards');
    }),
    engine.write(add(engine, 'b')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});

test('refuses a file that is open already, in one sentence', () => {
  open();
  expect(() => new Engine(pathOf('a.db'), new VirtualAlarm())).toThrow(
    expect.objectContaining({
      code: 'unavailable',
      message: `${pathOf('a.db')} is in use by another process; stop it, or give this one a file of its own`,
    }),
  );
});

test.each([
  [
    'a text',
    (file: string) => writeFileSync(file, 'not a database, but long enough to have the header of one. '.repeat(20)),
    'corrupted',
  ],
  ["another program's database", (file: string) => other(file, 'CREATE TABLE x (y)'), 'corrupted'],
  [
    'a file of a later version',
    (file: string) => other(file, 'PRAGMA application_id = 0x50746c6e; PRAGMA user_version = 99; CREATE TABLE x (y)'),
    'unsupported',
  ],
])('refuses %s', (_what, make, code) => {
  make(pathOf('other.db'));
  expect(() => new Engine(pathOf('other.db'), new VirtualAlarm())).toThrow(expect.objectContaining({ code }));
});

function other(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

test('never gives a number of its sequence twice, whether it was closed, rolled back or ended', async () => {
  const engine = open();
  const draw = (from: Engine) => from.write(() => from.sequence());
  const first = await draw(engine);
  await engine
    .write(() => {
      engine.sequence();
      add(engine, 'half')();
      throw new Error('rolled back');
    })
    .catch(() => {});
  const second = await draw(engine);
  copyFileSync(pathOf('a.db'), pathOf('b.db'));
  copyFileSync(pathOf('a.db-wal'), pathOf('b.db-wal'));
  const afterCrash = await draw(open('b.db'));
  engine.close();
  const afterClose = await draw(open());
  expect(second).toBeGreaterThan(first);
  expect(afterCrash).toBeGreaterThan(second);
  expect(afterClose).toBeGreaterThan(second);
});

test('finishes what was asked for before it closes, and refuses what comes after', async () => {
  const engine = open();
  const accepted = engine.write(add(engine, 'a'));
  engine.close();
  await accepted;
  const late: unknown = await engine.write(add(engine, 'b')).catch((error: unknown) => error);
  expect(late).toBeInstanceOf(PortError);
  expect(late).toMatchObject({ code: 'unavailable' });
  expect(() => ids(engine)).toThrow(PortError);
  expect(ids(open())).toEqual(['a']);
});

test('says that a full disk is unavailable, to all it concerns, and goes on when there is room', async () => {
  const engine = open();
  const pages = engine.read(() => engine.statement('PRAGMA page_count').get()!['page_count'] as number);
  engine.read(() => engine.statement(`PRAGMA max_page_count = ${pages + 2}`).get());
  const fill = engine.statement('INSERT INTO notes VALUES (?, 1)');
  const outcomes = await Promise.allSettled([
    engine.write(add(engine, 'a')),
    engine.write(() => fill.run('x'.repeat(100_000))),
  ]);
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason as PortError).code)).toEqual([
    'unavailable',
    'unavailable',
  ]);
  engine.read(() => engine.statement(`PRAGMA max_page_count = ${pages + 1_000}`).get());
  await engine.write(add(engine, 'b'));
  expect(ids(engine)).toEqual(['b']);
});
