import { exchangeRuns } from '../testing/exchange-runs.ts';

const { start, end } = exchangeRuns();
afterEach(end);

describe('what the exchange does not have', () => {
  test('is said, and does not keep the rest from being live', async () => {
    const run = await start({ products: ['BTC-USD', 'GIBBERISH-USD'] });
    await run.until(() => run.intake.reports.at(-1)?.feed.state === 'live');
    expect(run.intake.reports.at(-1)!.feed).toMatchObject({
      products: ['BTC-USD'],
      detail: 'the exchange does not know GIBBERISH-USD',
    });
    await run.moreTrades();
  });

  test('is said in the words of its own error, and tried again', async () => {
    const run = await start({ staleMs: 200, reconnect: { baseMs: 10, capMs: 10 } });
    run.exchange.faults.refuseSubscriptions(1, 'BTC-USD is delisted');
    await run.until(() =>
      run.intake.reports.some(({ feed: { detail } }) => detail?.includes('BTC-USD is delisted') === true),
    );
    await run.until(() => run.feed.state().state === 'live');
  });

  test('is not asked for over and over', async () => {
    const run = await start();
    await run.moreTrades();
    // The intake will never take these; it goes on to name them as a gap.
    const [first] = run.intake.held('BTC-USD');
    const accept = run.intake.accept.bind(run.intake);
    const lost = new Set([2, 3].map((offset) => String(Number(first!.id) + offset)));
    run.intake.accept = async (trades) => {
      const results = await accept(trades);
      run.intake.forget('BTC-USD', Number(first!.id) + 2, Number(first!.id) + 3);
      return results.map((result, index) =>
        lost.has(trades[index]!.id) ? { status: 'rejected' as const, reason: 'by the test' } : result,
      );
    };
    await run.until(() => run.feed.state().handedOver.rejected === 2);
    const { pages } = run.feed.state().history;
    // Four times the gap has been named again by then.
    await run.moreTrades(40);
    expect(run.feed.state().history.pages).toBe(pages);
    expect(run.feed.state().handedOver.rejected).toBe(2);
    expect(await run.intake.gaps('BTC-USD')).toHaveLength(1);
  });
});

describe('what the intake does not take', () => {
  test('is said, and does not keep the rest from being live', async () => {
    const run = await start({ products: ['BTC-USD', 'ETH-USD'] });
    run.intake.refuse('BTC-USD', 'too fine');
    await run.until(() => run.intake.reports.at(-1)?.feed.state === 'live');
    expect(run.intake.reports.at(-1)!.feed).toMatchObject({
      products: ['ETH-USD'],
      detail: 'the intake does not take BTC-USD: too fine',
    });
    await run.moreTrades(3, 'ETH-USD');
    expect(run.intake.held('BTC-USD')).toEqual([]);
  });

  test('is offered again with the next connection', async () => {
    const run = await start();
    run.intake.refuse('BTC-USD', 'too fine');
    await run.until(() => run.intake.reports.at(-1)?.feed.state === 'waiting');
    expect(run.intake.reports.at(-1)!.feed.detail).toBe(
      'no product to follow; the intake does not take BTC-USD: too fine',
    );
    run.intake.refuse('BTC-USD', undefined);
    await run.moreTrades();
    expect(run.intake.reports.at(-1)!.feed.detail).toBeUndefined();
  });
});
