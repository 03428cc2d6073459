import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
/** Nothing but the page under test: no window, no first run, no calls home. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the Chromium of this machine with a profile of its own. @throws where there is none: the lane looks before. */
export function startChromium(): Promise<Browser> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = process.env['CHROMIUM_PATH']
    ? [process.env['CHROMIUM_PATH']]
    : names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const executablePath = candidates.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('there is no Chromium on PATH; set CHROMIUM_PATH');
  return chromium.launch({ executablePath, args: flags });
}
