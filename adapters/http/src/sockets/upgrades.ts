import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { PortError } from '@portolan/kernel';
import { problemResponse } from '../problems.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';

/** What a server hands over where a client asks to go on with another protocol. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Serves the sockets that are opened at one path. */
export interface SocketPlace {
  readonly accept: UpgradeListener;
  /** Ends its sockets (1001), and resolves once all of them have gone. */
  goAway(): Promise<void>;
}

/** Brings those who ask for a socket to whoever serves the path. */
export class Upgrades {
  readonly #places = new Map<string, SocketPlace>();
  #closing = false;

  /**
   * Serves a path.
   *
   * @returns Ends that: whoever comes then finds nothing there. Sockets that are open stay open.
   * @throws {PortError} `invalid` where the path is served already.
   */
  serve(path: string, place: SocketPlace): () => void {
    if (this.#places.has(path)) throw new PortError('invalid', `sockets at "${path}" are served already`);
    this.#places.set(path, place);
    return () => {
      if (this.#places.get(path) === place) this.#places.delete(path);
    };
  }

  /** For a server's `upgrade`. What it refuses, it answers as a problem. */
  readonly listener: UpgradeListener = (request, socket, head) => {
    const path = (request.url ?? '/').split('?', 1)[0]!;
    const place = this.#places.get(path);
    if (place === undefined) {
      return refuseUpgrade(socket, problemResponse('not-found', { detail: 'There are no sockets at this path.' }));
    }
    if (this.#closing) {
      return refuseUpgrade(socket, problemResponse('unavailable', { detail: 'This server is about to stop.' }));
    }
    place.accept(request, socket, head);
  };

  /** Takes no more sockets, says goodbye (1001) to those that are open, and waits until they have gone. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#places.values()].map((place) => place.goAway()));
  }
}
