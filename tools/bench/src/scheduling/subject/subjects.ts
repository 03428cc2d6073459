import type { OpenSubject } from './subject.ts';
import { openPortolan } from './portolan.ts';

/** What can be measured. The first two are ours, by whom tasks are delivered to. */
export const subjects = {
  webhook: { title: 'Portolan, webhook target', needs: undefined },
  topic: { title: 'Portolan, topic target', needs: undefined },
  bullmq: { title: 'BullMQ', needs: 'redis' },
  'pg-boss': { title: 'pg-boss', needs: 'postgres' },
  'graphile-worker': { title: 'graphile-worker', needs: 'postgres' },
} as const satisfies Record<string, { readonly title: string; readonly needs: 'redis' | 'postgres' | undefined }>;

export type SubjectName = keyof typeof subjects;
export type OwnName = 'webhook' | 'topic';
export type PeerName = Exclude<SubjectName, OwnName>;

export const ownNames: readonly OwnName[] = ['webhook', 'topic'];
export const peerNames: readonly PeerName[] = ['bullmq', 'pg-boss', 'graphile-worker'];

export const isOwn = (name: SubjectName): name is OwnName => subjects[name].needs === undefined;

/** Loads the code of one system only, so that a child process holds nothing else. */
export async function loadSubject(name: SubjectName): Promise<OpenSubject> {
  if (isOwn(name)) return (place) => openPortolan(place, name);
  // Peers are installed in a folder of their own when they are asked for, so the compiler does not know them.
  const peer = (await import(new URL(`../../../peers/${name}.js`, import.meta.url).href)) as {
    readonly open: OpenSubject;
  };
  return peer.open;
}
