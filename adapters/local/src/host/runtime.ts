import { Upgrades } from '@portolan/http/sockets';
import type { ServiceIdentifier } from 'inversify';
import type { Mailbox } from '../delivery/mailbox.ts';
import type { Engine } from '../engine/engine.ts';
import { SignedLinks } from '../objects/signed-links.ts';

/** A mailbox as operators see it. */
export interface MailboxEntry {
  readonly service: string;
  readonly port: string;
  /** Of a topic, or of objects. */
  readonly subscription?: string;
  readonly mailbox: Mailbox;
}

/** What the adapters of one platform share. */
export class Runtime {
  readonly engine: Engine;
  /** Who serves sockets at which path. */
  readonly upgrades = new Upgrades();
  /** Lies beside the platform's file and belongs to it. */
  readonly objectsFolder: string;
  /** URLs of objects. */
  readonly links: SignedLinks;
  readonly #mailboxes = new Map<string, MailboxEntry>();

  constructor(engine: Engine) {
    this.engine = engine;
    this.objectsFolder = `${engine.file}-objects`;
    this.links = new SignedLinks(this.objectsFolder, engine.alarm.clock);
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
