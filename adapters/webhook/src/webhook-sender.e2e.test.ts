import { createServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { WebhookOutcome, WebhookRequest } from '@portolan/scheduling';
import { Webhook } from 'standardwebhooks';
import { selfSigned } from './testing/certificate.ts';
import { listening, startReceiver, type Receiver } from './testing/receiver.ts';
import { generateSecret } from './secrets.ts';
import { webhookSender, type WebhookSenderOptions } from './webhook-sender.ts';

const secret = generateSecret();
const clock = { now: () => Date.now() };
const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

function sender(options: Partial<WebhookSenderOptions> = {}) {
  const made = webhookSender({ secret, clock, allowLoopback: true, ...options });
  open.push(made);
  return made;
}

async function receiver(...args: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...args);
  open.push(started);
  return started;
}

const message = (url: string, more: Partial<WebhookRequest> = {}): WebhookRequest => ({
  url,
  headers: {},
  id: 'run-1',
  body: '{"task":"é"}',
  timeoutMs: 5_000,
  ...more,
});

const failed = (outcome: WebhookOutcome) => (outcome.kind === 'failed' ? [outcome.reason, outcome.detail] : [outcome]);

describe('a delivery', () => {
  test('is a signed POST that the reference implementation accepts', async () => {
    const { url, received } = await receiver();
    const outcome = await sender().deliver(
      message(`${url}?a=1#fragment`, { headers: { 'X-Order': '7', Authorization: 'Bearer x' } }),
    );
    expect(outcome).toMatchObject({ kind: 'answered', status: 200, excerpt: 'fine' });
    expect(outcome.durationMs).toBeGreaterThanOrEqual(0);
    const { request, body } = received[0]!;
    expect([request.method, request.url, body]).toEqual(['POST', '/hook?a=1', '{"task":"é"}']);
    expect(request.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '13',
      'user-agent': 'Portolan-Webhooks/1',
      'webhook-id': 'run-1',
      'x-order': '7',
      authorization: 'Bearer x',
    });
    expect(new Webhook(secret).verify(body, request.headers as Record<string, string>)).toEqual({ task: 'é' });
  });

  test('carries the time of the clock it was given', async () => {
    const { url, received } = await receiver();
    await sender({ ...{ clock: { now: () => 1_700_000_000_999 } } } as object).deliver(message(url));
    expect(received[0]!.request.headers['webhook-timestamp']).toBe('1700000000');
  });

  test('goes over a connection that is already there', async () => {
    const { url, connections } = await receiver();
    const webhooks = sender();
    for (let turn = 0; turn < 5; turn++) await webhooks.deliver(message(url));
    expect(connections()).toBe(1);
  });

  test.each([200, 204, 301, 302, 307, 308, 400, 410, 429, 500, 503])('answered with %i says so', async (status) => {
    const elsewhere = await receiver();
    const { url } = await receiver(
      (_request, response) => void response.writeHead(status, { location: elsewhere.url }).end(),
    );
    expect(await sender().deliver(message(url))).toMatchObject({ kind: 'answered', status });
    expect(elsewhere.received).toEqual([]);
  });

  test.each([
    ['7', 7_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 31 Dec 2100 00:00:00 GMT', 86_400_000],
    ['soon', undefined],
  ])('hands on Retry-After: %s', async (header, retryAfterMs) => {
    const { url } = await receiver(
      (_request, response) => void response.writeHead(429, { 'retry-after': header }).end(),
    );
    const outcome = await sender().deliver(message(url));
    expect(outcome.kind === 'answered' ? outcome.retryAfterMs : outcome).toBe(retryAfterMs);
  });
});

describe('the excerpt', () => {
  const excerptOf = async (body: string | Buffer, headers: Record<string, string> = {}) => {
    const { url } = await receiver((_request, response) => void response.writeHead(500, headers).end(body));
    const outcome = await sender().deliver(message(url));
    return outcome.kind === 'answered' ? outcome.excerpt : outcome;
  };

  test.each<[string, string | Buffer, Record<string, string>, string]>([
    ['is text', 'no such order', { 'content-type': 'text/plain' }, 'no such order'],
    ['may be JSON', '{"a":1}', { 'content-type': 'application/problem+json; charset=utf-8' }, '{"a":1}'],
    ['may have no type', 'no such order', {}, 'no such order'],
    ['ends after 500 characters', 'é'.repeat(900), { 'content-type': 'text/html' }, 'é'.repeat(500)],
    ['breaks no character', `${'x'.repeat(499)}🦊`, { 'content-type': 'text/html' }, `${'x'.repeat(499)}\uFFFD`],
    ['steers no terminal', 'a\u001b[31mb\r\nc', { 'content-type': 'text/plain' }, 'a [31mb \nc'],
    ['leaves images out', 'GIF89a', { 'content-type': 'image/gif' }, ''],
    ['leaves bytes out', Buffer.of(0xff, 0xfe, 0x00), {}, ''],
    ['leaves compressed text out', 'xyz', { 'content-type': 'text/plain', 'content-encoding': 'gzip' }, ''],
  ])('%s', async (_case, body, headers, expected) => {
    expect(await excerptOf(body, headers)).toBe(expected);
  });
});

describe('a receiver that misbehaves', () => {
  test('by never answering is given up', async () => {
    const { url } = await receiver(() => {});
    expect(failed(await sender().deliver(message(url, { timeoutMs: 30 })))).toEqual([
      'timeout',
      'no answer within 30 ms',
    ]);
  });

  test('by never taking the connection is given up', async () => {
    const webhooks = sender({ resolve: () => new Promise(() => {}) });
    expect(failed(await webhooks.deliver(message('http://receiver.example/', { timeoutMs: 30 })))[0]).toBe('timeout');
  });

  test('by dripping its answer is given up', async () => {
    const { url } = await receiver((_request, response) => {
      const drip = setInterval(() => response.write('x'), 5);
      response.on('close', () => clearInterval(drip));
    });
    expect(failed(await sender().deliver(message(url, { timeoutMs: 500 })))).toEqual([
      'timeout',
      'status 200, but not the whole answer, within 500 ms',
    ]);
  });

  test('by answering without end is cut off, and its status counts', async () => {
    let cut: () => void = () => {};
    const closed = new Promise<void>((resolve) => (cut = resolve));
    const { url } = await receiver((_request, response) => {
      response.on('close', cut);
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', pour);
      pour();
    });
    expect(await sender().deliver(message(url))).toMatchObject({
      kind: 'answered',
      status: 200,
      excerpt: 'x'.repeat(500),
    });
    await closed;
  });

  test('by resetting the connection is a failure', async () => {
    const { url } = await receiver((request) => void request.socket.resetAndDestroy());
    expect(failed(await sender().deliver(message(url)))[0]).toBe('connection');
  });

  test('by breaking off in the middle is a failure', async () => {
    const { url } = await receiver((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => request.socket.destroy());
    });
    expect(failed(await sender().deliver(message(url)))[0]).toBe('connection');
  });

  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
  ])('by speaking %s is a failure', async (_case, answer) => {
    const server = await listening(createServer((socket) => socket.once('data', () => socket.end(answer))) as never);
    open.push(server);
    expect(failed(await sender().deliver(message(server.url)))[0]).toBe('connection');
  });

  test('by not being there is a failure', async () => {
    const { url, [Symbol.asyncDispose]: stop } = await startReceiver();
    await stop();
    expect(failed(await sender().deliver(message(url)))[0]).toBe('connection');
  });
});

describe('names', () => {
  const at =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

  test('are resolved, and the receiver is told which was meant', async () => {
    const { port, received } = await receiver();
    await sender({ resolve: at('127.0.0.1') }).deliver(message(`http://receiver.example:${port}/`));
    expect(received[0]!.request.headers.host).toBe(`receiver.example:${port}`);
  });

  test.each([
    [
      'that no resolver knows',
      () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })),
    ],
    [
      'whose resolver is away',
      () => Promise.reject(Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' })),
    ],
    ['without addresses', at()],
  ])('%s are a failure of DNS', async (_case, resolve) => {
    expect(failed(await sender({ resolve }).deliver(message('http://receiver.example/')))[0]).toBe('dns');
  });

  test('that no system knows are a failure of DNS', async () => {
    expect(failed(await sender().deliver(message('http://receiver.invalid/')))[0]).toBe('dns');
  });

  test.each([
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '224.0.0.1',
    '240.0.0.1',
    '::ffff:10.0.0.1',
    'fd00::1',
    'fe80::1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
  ])('that lead to %s are refused, without a word on where they lead', async (address) => {
    const outcome = failed(await sender({ resolve: at(address) }).deliver(message('http://receiver.example/')));
    expect(outcome).toEqual(['refused-address', expect.stringContaining('"receiver.example" leads to')]);
    expect(JSON.stringify(outcome)).not.toContain(address);
  });

  test.each([
    ['first', ['10.0.0.1', '127.0.0.1']],
    ['last', ['127.0.0.1', '10.0.0.1']],
  ])('with one bad address, %s, are refused and nothing is called', async (_place, addresses) => {
    const { port, connections } = await receiver();
    const webhooks = sender({ resolve: at(...addresses) });
    expect(failed(await webhooks.deliver(message(`http://receiver.example:${port}/`)))[0]).toBe('refused-address');
    expect(connections()).toBe(0);
  });

  test('that change their mind are refused at the next connection', async () => {
    const { port, received } = await receiver(
      (_request, response) => void response.setHeader('connection', 'close').end(),
    );
    const answers = ['127.0.0.1', '10.0.0.1'];
    const webhooks = sender({ resolve: () => at(answers.shift()!)() });
    const url = `http://receiver.example:${port}/`;
    expect(await webhooks.deliver(message(url))).toMatchObject({ status: 200 });
    expect(failed(await webhooks.deliver(message(url)))[0]).toBe('refused-address');
    expect(received).toHaveLength(1);
  });

  test('for this machine are refused unless it is allowed', async () => {
    const { port, connections } = await receiver();
    for (const host of [
      'localhost',
      '127.0.0.1',
      '127.1',
      '0x7f.1',
      '2130706433',
      '0177.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0',
    ]) {
      const outcome = await sender({ allowLoopback: false }).deliver(message(`http://${host}:${port}/`));
      expect([host, failed(outcome)[0]]).toEqual([host, 'refused-address']);
    }
    expect(connections()).toBe(0);
  });
});

test.each([
  ['', 'expected an absolute URL'],
  ['/hook', 'expected an absolute URL'],
  ['http://', 'expected an absolute URL'],
  ['http://[fe80::1%25eth0]/', 'expected an absolute URL'],
  ['ftp://receiver.example/', 'expected http or https, not ftp:'],
  ['file:///etc/passwd', 'expected http or https, not file:'],
  ['http://user@receiver.example/', 'expected a URL without user name and password'],
  ['http://:hunter2@receiver.example/', 'expected a URL without user name and password'],
])('the URL %j is refused', async (url, detail) => {
  expect(failed(await sender().deliver(message(url)))).toEqual(['invalid-url', detail]);
});

test.each<[string, Partial<WebhookRequest>]>([
  ['a line break in a value', { headers: { 'x-a': 'b\r\nx-c: d' } }],
  ['a line break in a name', { headers: { 'x-a\r\nx-b': 'c' } }],
  ['a line break in the id', { id: 'run\r\nx-a: b' }],
  ['an empty name', { headers: { '': 'x' } }],
  ['a character that headers lack', { headers: { 'x-a': '🦊' } }],
  ['a signature of its own', { headers: { 'Webhook-Signature': 'v1,x' } }],
  ['a length of its own', { headers: { 'content-length': '1' } }],
  ['a framing of its own', { headers: { 'Transfer-Encoding': 'chunked' } }],
  ['a host of its own', { headers: { host: 'other.example' } }],
])('a request with %s never reaches the wire', async (_case, more) => {
  const { url, connections } = await receiver();
  await expect(sender().deliver(message(url, more))).rejects.toMatchObject({ name: 'PortError', code: 'invalid' });
  expect(connections()).toBe(0);
});

describe('TLS', () => {
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const certificate = selfSigned('receiver.example');
  const secure = async () => {
    const { port, received } = await receiver(undefined, certificate);
    return { url: `https://receiver.example:${port}/`, received };
  };
  const trusted = getCACertificates('default');

  afterEach(() => {
    setDefaultCACertificates(trusted);
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  });

  test('carries a delivery to a receiver whose certificate is trusted', async () => {
    const { url } = await secure();
    setDefaultCACertificates([...trusted, certificate.cert]);
    expect(await sender({ resolve }).deliver(message(url))).toMatchObject({ kind: 'answered', status: 200 });
  });

  test('refuses a certificate that nobody signed', async () => {
    const { url, received } = await secure();
    expect(failed(await sender({ resolve }).deliver(message(url)))[0]).toBe('tls');
    expect(received).toEqual([]);
  });

  test('refuses it even where the environment says not to look', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const { url, received } = await secure();
    expect(failed(await sender({ resolve }).deliver(message(url)))[0]).toBe('tls');
    expect(received).toEqual([]);
  });

  test('refuses a certificate for another name', async () => {
    const { url } = await secure();
    setDefaultCACertificates([...trusted, certificate.cert]);
    const other = url.replace('receiver.example', 'other.example');
    expect(failed(await sender({ resolve }).deliver(message(other)))[0]).toBe('tls');
  });

  test('refuses a receiver that speaks without it', async () => {
    const { url } = await receiver();
    expect(failed(await sender().deliver(message(url.replace('http:', 'https:'))))[0]).toBe('tls');
  });
});
