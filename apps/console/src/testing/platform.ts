import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const workspace = join(import.meta.dirname, '../../../..');

/** The local platform, as `npm start` runs it. */
export interface StartedPlatform extends AsyncDisposable {
  /** Where it serves, without a slash at the end. */
  readonly url: string;
  /** Calls its API. @param base - Where the service begins. @default '/scheduling/v1' @throws where it refuses. */
  call(method: string, path: string, body?: unknown, base?: string): Promise<unknown>;
}

/** Starts the platform on a free port with a data folder of its own. @param settings - Of its environment, besides. */
export async function startPlatform(settings: Readonly<Record<string, string>> = {}): Promise<StartedPlatform> {
  const data = mkdtempSync(join(tmpdir(), 'portolan-console-'));
  const child = spawn(process.execPath, ['--conditions=@portolan/source', 'apps/local/src/main.ts'], {
    cwd: workspace,
    env: { ...process.env, NODE_OPTIONS: '', PORT: '0', PORTOLAN_DATA: data, PORTOLAN_LOG: 'error', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /Console\s+(http:\S+?)\/\s/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the platform ended with ${code}: ${output}`)));
  });
  return {
    url,
    async call(method, path, body, base = '/scheduling/v1') {
      const response = await fetch(`${url}${base}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return JSON.parse(text) as unknown;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
      rmSync(data, { recursive: true, force: true });
    },
  };
}
