import type { HeldSocket } from './held-socket.ts';

/** Which sockets are in which group. */
export class SocketGroups {
  readonly #members = new Map<string, Set<HeldSocket>>();

  of(group: string): Iterable<HeldSocket> {
    return this.#members.get(group) ?? [];
  }

  join(socket: HeldSocket, group: string): void {
    socket.groups.add(group);
    const members = this.#members.get(group);
    if (members === undefined) this.#members.set(group, new Set([socket]));
    else members.add(socket);
  }

  leave(socket: HeldSocket, group: string): void {
    socket.groups.delete(group);
    const members = this.#members.get(group);
    members?.delete(socket);
    if (members?.size === 0) this.#members.delete(group);
  }

  leaveAll(socket: HeldSocket): void {
    for (const group of [...socket.groups]) this.leave(socket, group);
  }
}
