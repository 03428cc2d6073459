import assert from 'node:assert/strict';
import { seconds } from '@portolan/kernel';
import type { Dialled, DialRequest, SocketClient } from '../channel/channel-harness.ts';
import type { Case } from '../suite/case.ts';
import { within } from '../suite/expect.ts';
import type { SocketHostedService, SocketHostHarness } from './host-harness.ts';
import { live, sights, socketSubject, type Said, type Sight } from './socket-subject.ts';

/** The subject of sockets running on the host under test. */
export interface SocketStage {
  readonly harness: SocketHostHarness;
  readonly service: SocketHostedService;
  /** Asks to be connected to `live`. */
  dial(query: Readonly<Record<string, string>>, headers?: DialRequest['headers']): Promise<Dialled>;
  /** Connects a client that is let in, into a group where one is given. */
  connect(group?: string): Promise<Connected>;
  /** Has the HTTP function say something to a group. */
  publish(group: string, text: string): Promise<void>;
  /** Has the HTTP function say something to one client. */
  send(connection: string, text: string): Promise<'sent' | 'gone'>;
  sight(id: string): Promise<Sight | undefined>;
  /** Waits until the function of the sockets has seen something. */
  seen(id: string): Promise<Sight>;
  /** Waits until a client has heard exactly these texts, in any order: each may have been pushed by another process. */
  hears(client: SocketClient, texts: readonly string[]): Promise<void>;
}

/** A client with the name of its connection. */
export interface Connected {
  readonly client: SocketClient;
  readonly connection: string;
}

export function socketCase(title: string, run: (stage: SocketStage) => Promise<void>): Case<SocketHostHarness> {
  return {
    title,
    async run(harness) {
      await run(await openStage(harness));
    },
  };
}

const waitMs = seconds(20);

async function openStage(harness: SocketHostHarness): Promise<SocketStage> {
  const service = await harness.start(socketSubject);
  const table = await service.open(sights);
  let named = 0;
  const sight = async (id: string): Promise<Sight | undefined> => (await table.get({ id }))?.item;
  const dial: SocketStage['dial'] = (query, headers = {}) => service.dial(live, { query, headers });
  const post = (target: string, text: string) =>
    service.request({
      method: 'POST',
      target: `/sockets/v1${target}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });
  return {
    harness,
    service,
    dial,
    sight,
    async connect(group) {
      const name = `client-${++named}`;
      const answer = await dial({ name, ...(group === undefined ? {} : { group }) });
      assert.ok(answer.kind === 'open', `${name} was refused: ${JSON.stringify(answer)}`);
      const opening = await sight(`opening ${name}`);
      assert.ok(opening !== undefined, `${name} is connected, but its function was not asked`);
      return { client: answer.client, connection: opening.connection };
    },
    async publish(group, text) {
      const { status, body } = await post(`/groups/${group}`, text);
      assert.equal(status, 202, body);
    },
    async send(connection, text) {
      const { status, body } = await post(`/connections/${encodeURIComponent(connection)}`, text);
      assert.equal(status, 200, body);
      return (JSON.parse(body) as { readonly kind: 'sent' | 'gone' }).kind;
    },
    seen: (id) =>
      within(harness, waitMs, async () => {
        const found = await sight(id);
        assert.ok(found !== undefined, `the function has not seen "${id}" within ${waitMs} ms`);
        return found;
      }),
    hears: (client, texts) =>
      within(harness, waitMs, () => assert.deepEqual(textsOf(client).sort(), texts.toSorted()), 200),
  };
}

const textsOf = ({ received }: SocketClient): string[] =>
  received.map((frame) => (JSON.parse(frame) as { readonly text?: string }).text ?? frame);

export const say = (client: SocketClient, said: Pick<Said, 'text'> & Partial<Said>): Promise<void> =>
  client.send(JSON.stringify(said));
