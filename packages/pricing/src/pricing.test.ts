import { at, startMarket, trade } from './testing/pricing-simulation.ts';

test('a trade that is handed in is shown at once, in trades, candles, average and latest', async () => {
  const pricing = await startMarket();
  expect(
    await pricing.post([trade(1, at(0)), trade(2, at(1), { price: '50010.5', size: '0.3', side: 'sell' })]),
  ).toEqual([{ status: 'accepted' }, { status: 'accepted' }]);
  expect(await pricing.trades()).toMatchObject([
    { id: '1', price: '50000', size: '0.1', time: '2026-01-31T12:00:00.000000Z' },
    { id: '2', price: '50010.5', side: 'sell' },
  ]);
  expect(await pricing.candles()).toEqual([
    {
      start: '2026-01-31T12:00:00.000000Z',
      open: '50000',
      high: '50010.5',
      low: '50000',
      close: '50010.5',
      volume: '0.4',
      vwap: '50007.875',
      average: '50005.25',
      count: 2,
      complete: false,
    },
  ]);
  expect(await pricing.ask('getAverage', { params: { id: 'BTC-USD' }, query: {} })).toMatchObject({
    average: '50005.25',
    count: 2,
  });
  expect(await pricing.ask('getLatest', { params: { id: 'BTC-USD' } })).toMatchObject({ id: '2' });
  await pricing.stop();
});

test('closed intervals are written up to the year, and nothing changes for whoever asks', async () => {
  const pricing = await startMarket();
  await pricing.post([trade(1, at(0)), trade(2, at(61))]);
  await pricing.world.advance(3_700_000);
  await pricing.post([trade(3, at(3_700))]);
  const before = [await pricing.candles({ interval: '1h' }), await pricing.trades()];
  await pricing.world.advance(300_000);
  expect([...(await pricing.archived()).keys()]).toEqual([
    'hours/BTC-USD/2026/01/31/12.json.gz',
    'minutes/BTC-USD/2026/01/31/12/00.jsonl.gz',
    'minutes/BTC-USD/2026/01/31/12/01.jsonl.gz',
    'minutes/BTC-USD/2026/01/31/13/01.jsonl.gz',
  ]);
  expect([await pricing.candles({ interval: '1h' }), await pricing.trades()]).toEqual(before);
  await pricing.world.advance(86_400_000);
  expect([...(await pricing.archived()).keys()].slice(0, 4)).toEqual([
    'days/BTC-USD/2026/01/31.json.gz',
    'hours/BTC-USD/2026/01/31/12.json.gz',
    'hours/BTC-USD/2026/01/31/13.json.gz',
    'minutes/BTC-USD/2026/01/31/12/00.jsonl.gz',
  ]);
  expect(await pricing.trades()).toEqual(before[1]);
  await pricing.stop();
});
