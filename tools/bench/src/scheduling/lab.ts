import { join } from 'node:path';
import type { Figures } from '../measure/figures.ts';
import { installPeers } from '../peers/install-peers.ts';
import type { Workplace } from '../suite/workplace.ts';
import { runJob, type Job } from './job.ts';
import { findPostgres, postgresHint, startPostgres } from './servers/postgres.ts';
import { findRedis, redisHint, startRedis } from './servers/redis.ts';
import type { Server } from './servers/server.ts';
import type { Place } from './subject/subject.ts';
import { isOwn, peerNames, subjects, type PeerName, type SubjectName } from './subject/subjects.ts';

type ServerKind = 'redis' | 'postgres';
type StartServer = (folder: string, options: { readonly tuned: boolean }) => Promise<Server>;

/** Where jobs are done: each on empty folders and, where it needs one, a server that was just started. */
export class Lab {
  readonly workplace: Workplace;
  /** Peers that can be measured here. */
  readonly peers: readonly PeerName[];
  /** One line for each peer that cannot: what was skipped, and how to get it. */
  readonly skipped: readonly string[];
  /** By kind, of those that have run. */
  readonly servers = new Map<ServerKind, string>();
  readonly #starters: ReadonlyMap<ServerKind, StartServer>;

  constructor(workplace: Workplace, options: { readonly peers: boolean }) {
    this.workplace = workplace;
    this.#starters = options.peers ? findStarters() : new Map();
    const fault = this.#starters.size > 0 ? installPeers() : undefined;
    const missing = (name: PeerName) => fault !== undefined || !this.#starters.has(subjects[name].needs);
    this.peers = options.peers ? peerNames.filter((name) => !missing(name)) : [];
    this.skipped = options.peers ? peerNames.filter(missing).map((name) => skippedLine(name, fault)) : [];
  }

  /** Does a job on one system, in a place that is made for it and removed after it. */
  async runOn(name: SubjectName, tuned: boolean, jobAt: (place: Place) => Job): Promise<Figures> {
    return this.workplace.within(async (folder) => {
      const server = isOwn(name) ? undefined : await this.#start(subjects[name].needs, join(folder, 'server'), tuned);
      try {
        return await runJob(jobAt({ folder, tuned, connection: server?.connection }));
      } finally {
        await server?.stop();
      }
    });
  }

  async #start(kind: ServerKind, folder: string, tuned: boolean): Promise<Server> {
    const server = await this.#starters.get(kind)!(folder, { tuned });
    this.servers.set(kind, server.description);
    return server;
  }
}

function findStarters(): ReadonlyMap<ServerKind, StartServer> {
  const starters = new Map<ServerKind, StartServer>();
  const redis = findRedis();
  if (redis !== undefined) starters.set('redis', (folder, options) => startRedis(redis, folder, options));
  const postgres = findPostgres();
  if (postgres !== undefined) starters.set('postgres', (folder) => startPostgres(postgres, folder));
  return starters;
}

function skippedLine(name: PeerName, fault: string | undefined): string {
  if (fault !== undefined) return `skipped ${subjects[name].title}: npm ci in tools/bench/peers failed: ${fault}`;
  const [server, hint] = subjects[name].needs === 'redis' ? ['Redis', redisHint] : ['PostgreSQL', postgresHint];
  return `skipped ${subjects[name].title}: no ${server} found; ${hint} to measure beside it`;
}
