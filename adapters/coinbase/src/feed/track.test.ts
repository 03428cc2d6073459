import { parseTime } from '@portolan/pricing/time';
import { newTrack, noticeHeartbeat, noticeTrade, reconnected, type Noticed, type Track } from './track.ts';

const second = (count: number): string => `2026-01-01T00:00:${String(count).padStart(2, '0')}.000000Z`;

/** A trade as its id, sequence and second; or a heartbeat. */
type Seen = readonly [number, number, number] | { readonly last: number; readonly at: number };

function follow(...seen: Seen[]) {
  let track: Track = newTrack;
  const noticed: Noticed[] = [];
  for (const each of seen) {
    const next =
      'last' in each
        ? noticeHeartbeat(track, {
            lastTradeId: each.last,
            sequence: 1_000,
            time: second(each.at),
            micros: parseTime(second(each.at))!,
          })
        : noticeTrade(track, each[0], each[1], parseTime(second(each[2]))!);
    track = next.track;
    noticed.push(next);
  }
  return { track, noticed, missing: noticed.map(({ missing }) => missing), last: noticed.at(-1)! };
}

describe('trades', () => {
  test('in a row leave nothing out, however far their sequences lie apart', () => {
    const { missing, track } = follow([7, 100, 1], [8, 5_000, 1], [9, 5_001, 2]);
    expect(missing).toEqual([undefined, undefined, undefined]);
    expect(track).toMatchObject({ newestId: 9, sequence: 5_001 });
  });

  test('that skip ids name those between', () => {
    expect(follow([7, 1, 1], [12, 2, 1]).missing).toEqual([undefined, { first: 8, last: 11 }]);
  });

  test('that come late or again are behind, and open no hole', () => {
    const { noticed } = follow([7, 10, 1], [9, 30, 1], [8, 20, 1], [9, 30, 1], [10, 40, 2]);
    expect(noticed.map(({ behind, disordered }) => [behind, disordered])).toEqual([
      [false, false],
      [false, false],
      [true, true],
      [true, true],
      [false, false],
    ]);
    expect(noticed.slice(2).every(({ missing }) => missing === undefined)).toBe(true);
  });
});

describe('a heartbeat', () => {
  test('ahead of the trades is believed when the next one comes first', () => {
    expect(follow([7, 1, 1], { last: 9, at: 2 }).last.missing).toBeUndefined();
    expect(follow([7, 1, 1], { last: 9, at: 2 }, { last: 10, at: 3 }).last.missing).toEqual({ first: 8, last: 9 });
    expect(follow([7, 1, 1], { last: 8, at: 2 }, [8, 2, 2], { last: 8, at: 3 }).last.missing).toBeUndefined();
  });

  test('names the one trade that is known where none has come', () => {
    expect(follow({ last: 9, at: 1 }, { last: 9, at: 2 }).last.missing).toEqual({ first: 9, last: 9 });
  });

  test('asks for nothing twice', () => {
    expect(follow([7, 1, 1], { last: 9, at: 2 }, { last: 9, at: 3 }, { last: 9, at: 4 }).missing).toEqual([
      undefined,
      undefined,
      { first: 8, last: 9 },
      undefined,
    ]);
  });

  test('that names no trade proves nothing', () => {
    const { missing, track } = follow([7, 1, 1], { last: 0, at: 2 }, { last: 0, at: 3 });
    expect(missing).toEqual([undefined, undefined, undefined]);
    expect(track.mark).toBeUndefined();
  });

  test('is believed across a new connection, which may begin with a trade that was seen', () => {
    const { track } = follow([7, 1_500, 1], { last: 9, at: 2 });
    const again = noticeTrade(reconnected(track), 7, 1_500, parseTime(second(1))!);
    expect(again).toMatchObject({ missing: undefined, behind: true, disordered: false });
    const beat = { lastTradeId: 9, sequence: 1_600, time: second(3), micros: parseTime(second(3))! };
    expect(noticeHeartbeat(again.track, beat).missing).toEqual({ first: 8, last: 9 });
  });
});

describe('a mark', () => {
  const told = (...seen: Seen[]) => follow(...seen).track.mark?.lastId;

  test('is told when the next heartbeat names the same trade', () => {
    expect(told([7, 1, 1], { last: 7, at: 2 })).toBeUndefined();
    expect(follow([7, 1, 1], { last: 7, at: 2 }, { last: 7, at: 3 }).track.mark).toEqual({
      lastId: 7,
      time: second(2),
      micros: parseTime(second(2))!,
    });
  });

  test('is told when the very next trade was later', () => {
    expect(told([7, 1, 1], { last: 7, at: 2 }, [8, 2, 3], { last: 8, at: 4 })).toBe(7);
  });

  test('is not told when a trade that was made earlier came after it', () => {
    expect(told([7, 1, 1], { last: 7, at: 2 }, [8, 2, 2], { last: 8, at: 3 })).toBeUndefined();
  });

  test('is not told when the very next trade was not seen', () => {
    expect(told([7, 1, 1], { last: 7, at: 2 }, [9, 2, 3], { last: 9, at: 4 })).toBeUndefined();
  });

  test('is not taken from a heartbeat that was overtaken', () => {
    expect(told([7, 1, 1], [8, 2, 2], { last: 7, at: 3 }, { last: 7, at: 4 })).toBeUndefined();
    expect(told([7, 1, 1], [8, 2, 4], { last: 7, at: 3 }, { last: 7, at: 4 })).toBe(7);
  });

  test('never goes back', () => {
    const { track } = follow([7, 1, 1], { last: 7, at: 5 }, { last: 7, at: 6 }, { last: 7, at: 3 }, { last: 7, at: 4 });
    expect(track.mark?.time).toBe(second(6));
  });
});
