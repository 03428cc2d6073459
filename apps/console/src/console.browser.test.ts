import type { Locator, Page } from 'playwright-core';
import { consoleUnderTest, rowOf } from './testing/console.ts';

const at = consoleUnderTest();
const webhook = (path: string) => ({ kind: 'webhook', url: at.receiver.url(path) });
/** An occurrence that no test lives to see. */
const farAhead = { cron: '0 0 1 1 *' };

test('creates a task with a preview, counts down to it, and shows its attempt when it was delivered', async () => {
  const page = await at.open();
  await page.getByRole('link', { name: 'New task' }).click();
  const drawer = page.getByRole('dialog', { name: 'New task' });
  await drawer.getByRole('radio', { name: 'Cron' }).check();
  await drawer.getByLabel('Cron pattern').fill('30 4 * * *');
  await drawer.getByLabel('Time zone').fill('Asia/Kathmandu');
  const runs = drawer.locator('.preview li');
  await runs.filter({ hasText: '04:30:00 AM' }).nth(4).waitFor();
  // Kathmandu is 5:45 ahead of UTC; Berlin sees the run in the evening before, at 23:45 or 0:45.
  expect(await runs.first().innerText()).toMatch(/GMT\+5:45[^]*Yours: .*(11:45:00 PM|12:45:00 AM)/);

  await drawer.getByRole('radio', { name: 'After a delay' }).check();
  await drawer.getByLabel('Delay', { exact: true }).fill('3');
  await drawer.getByLabel('Delay: unit').selectOption('seconds');
  await drawer.getByLabel('URL').fill(at.receiver.url('/invoice'));
  await drawer.getByLabel('Payload').fill('{"invoice":17}');
  await drawer.getByText('Options').click();
  await drawer.getByLabel('Id').fill('invoice-17');
  await drawer.getByRole('button', { name: 'Create task' }).click();

  await page.getByText('invoice-17 is scheduled.').waitFor();
  const countdown = rowOf(page, 'invoice-17').locator('.countdown');
  const shown = await countdown.innerText();
  expect(shown).toMatch(/^00:00:0[0-3]$/);
  await page.waitForFunction(([element, before]) => element!.textContent !== before, [
    await countdown.elementHandle(),
    shown,
  ] as const);
  expect(await at.receiver.received('/invoice')).toEqual([
    expect.objectContaining({ task: 'invoice-17', payload: { invoice: 17 } }),
  ]);

  await rowOf(page, 'invoice-17').getByText('Succeeded', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'invoice-17' }).click();
  const attempts = page.getByRole('dialog', { name: 'invoice-17' }).getByRole('region', { name: 'Attempts' });
  await attempts.getByText('Delivered').waitFor();
  expect(await attempts.getByRole('row').nth(1).innerText()).toMatch(/\b200\b/);
  expect(page.url()).toContain('task=invoice-17');
});

test('keeps a run that was given up as a dead letter, and delivers it when it is redriven', async () => {
  at.receiver.answer('/ledger', 500, 'the ledger is closed');
  await at.platform.call('POST', '/tasks', {
    id: 'ledger',
    delayMs: 0,
    target: webhook('/ledger'),
    retry: { maxAttempts: 2, baseMs: 1, capMs: 1 },
  });
  const page = await at.open('#/scheduling/dead-letters');
  const letter = page.getByRole('listitem').filter({ hasText: 'ledger' });
  await letter.getByText('2 attempts').click();
  expect(await letter.getByRole('row').filter({ hasText: '500' }).count()).toBe(2);
  expect(await letter.getByRole('row').nth(1).innerText()).toContain('the ledger is closed');

  at.receiver.answer('/ledger', 200);
  await letter.getByRole('button', { name: 'Try the run of ledger again' }).click();
  await at.receiver.received('/ledger', 3);
  await page.getByText('No dead letters').waitFor();
  await page.getByRole('link', { name: 'Tasks', exact: true }).click();
  await rowOf(page, 'ledger').getByText('Succeeded', { exact: true }).waitFor();
});

test('says what is wrong next to the field, and takes the focus there', async () => {
  const page = await at.open('#/scheduling/tasks?new');
  const drawer = page.getByRole('dialog', { name: 'New task' });
  await drawer.getByRole('radio', { name: 'Cron' }).check();
  const pattern = drawer.getByLabel('Cron pattern');
  await pattern.fill('every day');
  await describedBy(page, pattern, /expected a cron pattern/i);
  await pattern.fill('@daily');
  await drawer.locator('.preview li').first().waitFor();

  const url = drawer.getByLabel('URL');
  await url.fill('nowhere');
  await drawer.getByRole('button', { name: 'Create task' }).click();
  await describedBy(page, url, /expected an http or https url/i);
  expect(await url.evaluate((element) => element === document.activeElement)).toBe(true);

  // What is folded away is opened where something in it is wrong.
  await url.fill(at.receiver.url('/never'));
  await drawer.getByText('Options').click();
  const attempts = drawer.getByLabel('Attempts at most');
  await attempts.fill('99');
  await drawer.getByText('Options').click();
  await drawer.getByRole('button', { name: 'Create task' }).click();
  await describedBy(page, attempts, /20/);
  expect(await attempts.evaluate((element) => element === document.activeElement)).toBe(true);
});

/** Waits until a control is invalid, with a matching text that describes it. */
async function describedBy(page: Page, control: Locator, text: RegExp): Promise<void> {
  await page.waitForFunction(
    (element) => element!.getAttribute('aria-invalid') === 'true',
    await control.elementHandle(),
  );
  const ids = (await control.getAttribute('aria-describedby'))!.split(' ');
  expect(await page.locator(`[id="${ids[0]}"]`).innerText()).toMatch(text);
}

test('runs, pauses, changes and cancels a task', async () => {
  await at.platform.call('POST', '/tasks', {
    id: 'yearly',
    ...farAhead,
    target: webhook('/yearly'),
    payload: { year: 1 },
  });
  const page = await at.open('#/scheduling/tasks?task=yearly');
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('button', { name: 'Run now' }).click();
  await at.receiver.received('/yearly');
  await drawer.getByRole('region', { name: 'Runs' }).getByText('by request').waitFor();

  await drawer.getByRole('button', { name: 'Pause' }).click();
  await drawer.getByText('Paused', { exact: true }).waitFor();
  await drawer.getByRole('button', { name: 'Resume' }).click();
  await drawer.getByText('Scheduled', { exact: true }).waitFor();

  await drawer.getByRole('button', { name: 'Change' }).click();
  await drawer.getByLabel('Payload').fill('{"year":2}');
  await drawer.getByRole('radio', { name: 'Interval' }).check();
  await drawer.getByLabel('Every', { exact: true }).fill('2');
  await drawer.getByLabel('Every: unit').selectOption('days');
  await drawer.getByRole('button', { name: 'Save changes' }).click();
  await drawer.getByRole('region', { name: 'Settings' }).getByText('Every 2 d').waitFor();
  expect(await at.platform.call('GET', '/tasks/yearly')).toMatchObject({
    everyMs: 172_800_000,
    payload: { year: 2 },
    timeoutMs: 15_000,
  });

  await drawer.getByRole('button', { name: 'Cancel task' }).click();
  const question = page.getByRole('alertdialog', { name: 'Cancel yearly?' });
  await question.getByRole('button', { name: 'Keep it' }).click();
  expect(await at.platform.call('GET', '/tasks/yearly')).toMatchObject({ state: 'scheduled' });
  await drawer.getByRole('button', { name: 'Cancel task' }).click();
  await question.getByRole('button', { name: 'Cancel the task' }).click();
  await drawer.getByText('Cancelled', { exact: true }).waitFor();
});

test('limits and pauses groups, and filters tasks by them', async () => {
  const page = await at.open('#/scheduling/groups');
  await page.getByRole('button', { name: 'Set up a group' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set up a group' });
  await dialog.getByLabel('Group').fill('billing');
  await dialog.getByLabel('Runs at once').fill('many');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await describedBy(page, dialog.getByLabel('Runs at once'), /./);
  await dialog.getByLabel('Runs at once').fill('3');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Pause group billing' }).click();
  await rowOf(page, 'billing').getByText('Paused', { exact: true }).waitFor();
  expect(await at.platform.call('GET', '/groups/billing')).toEqual({ id: 'billing', paused: true, concurrent: 3 });

  await at.platform.call('POST', '/tasks', { id: 'bill-1', group: 'billing', delayMs: 0, target: webhook('/bill') });
  await page.getByRole('link', { name: 'billing' }).click();
  await rowOf(page, 'bill-1').getByText('Held by group billing').waitFor();
  expect(await page.locator('.panel tbody tr').count()).toBe(1);
  await page.getByRole('link', { name: 'Groups' }).click();
  await page.getByRole('button', { name: 'Resume group billing' }).click();
  await at.receiver.received('/bill');
});

test('loads more tasks page by page, and keeps them through the polls', async () => {
  const tasks = Array.from({ length: 60 }, (_, index) => ({
    id: `page-${index}`,
    group: 'pages',
    ...farAhead,
    target: webhook('/page'),
  }));
  await at.platform.call('POST', '/tasks/batch', { tasks });
  const page = await at.open('#/scheduling/tasks?group=pages');
  const rows = page.locator('.panel tbody tr');
  await rows.nth(24).waitFor();
  expect(await rows.count()).toBe(25);
  for (const count of [50, 60]) {
    await page.getByRole('button', { name: 'Load more' }).click();
    await rows.nth(count - 1).waitFor();
  }
  expect(await page.getByRole('button', { name: 'Load more' }).count()).toBe(0);

  const row = rowOf(page, 'page-3');
  await row.getByRole('button', { name: 'Pause: page-3' }).focus();
  const top = await row.evaluate((element) => element.getBoundingClientRect().top);
  await at.platform.call('PATCH', '/tasks/page-30', { paused: true });
  await rowOf(page, 'page-30').getByText('Paused', { exact: true }).waitFor();
  expect(await rows.count()).toBe(60);
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Pause: page-3');
  expect(await row.evaluate((element) => element.getBoundingClientRect().top)).toBe(top);
});
