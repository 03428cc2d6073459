import type { ServiceIdentifier } from 'inversify';
import type { Mailbox } from '../delivery/mailbox.ts';
import type { Engine } from '../engine/engine.ts';

/** A mailbox as operators see it. */
export interface MailboxEntry {
  readonly service: string;
  readonly port: string;
  /** Of a topic. */
  readonly subscription?: string;
  readonly mailbox: Mailbox;
}

/** What the adapters of one platform share. */
export class Runtime {
  readonly engine: Engine;
  readonly #mailboxes = new Map<string, MailboxEntry>();

  constructor(engine: Engine) {
    this.engine = engine;
  }

  get mailboxes(): readonly MailboxEntry[] {
    return [...this.#mailboxes.values()];
  }

  /** Shows a mailbox to operators for as long as the platform runs. */
  show(entry: MailboxEntry): void {
    this.#mailboxes.set([entry.service, entry.port, entry.subscription].join('/'), entry);
  }
}

/** How adapters ask for the platform they run on. A platform binds it for the services it runs. */
export const runtimeToken: ServiceIdentifier<Runtime> = Symbol.for('portolan/local/runtime');

/** The name under which a port lies in the file. */
export const storedName = (service: string, port: string): string => `${service}.${port}`;
