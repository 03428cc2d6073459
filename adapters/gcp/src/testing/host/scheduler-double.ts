import type { CallerIdentity, OidcToken } from '../caller-identity.ts';
import { post } from '../dispatches.ts';
import { alreadyExists, invalidArgument, notFound, type RestRequest } from '../rest-server.ts';

interface Job {
  readonly name: string;
  /** In the unix-cron format. */
  readonly schedule: string;
  readonly timeZone?: string;
  readonly httpTarget: { readonly uri: string; readonly oidcToken?: OidcToken };
}

/** How long a job waits for its answer unless it says otherwise, in milliseconds. */
const attemptMs = 180_000;

/**
 * Cloud Scheduler's REST API v1 with HTTP targets, as far as jobs go that tests run: when a job is due they say themselves.
 *
 * @see https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs
 */
export class SchedulerDouble {
  readonly #jobs = new Map<string, Job>();
  readonly #identity: CallerIdentity;

  constructor(identity: CallerIdentity) {
    this.#identity = identity;
  }

  answer({ method, path, body }: RestRequest): unknown {
    const [, parent, id, verb] =
      /^(projects\/[^/]+\/locations\/[^/]+\/jobs)(?:\/([\w-]+))?(?::(\w+))?$/.exec(path) ?? [];
    if (method === 'POST' && parent !== undefined && id === undefined) return this.#create(parent, body);
    const job = this.#jobs.get(`${parent}/${id}`);
    if (job === undefined) throw notFound(`Job not found: ${path}`);
    if (verb === 'run') return this.run(job.name, Date.now()).then(() => job);
    if (method === 'GET') return job;
    throw notFound(`no method at ${method} ${path}`);
  }

  /**
   * One tick of a job.
   *
   * @param at - When it was due, milliseconds since 1970.
   * @returns The status of the answer; `undefined` where there was none in time.
   */
  run(name: string, at: number): Promise<number | undefined> {
    const job = this.#jobs.get(name);
    if (job === undefined) throw notFound(`Job not found: ${name}`);
    const { uri, oidcToken } = job.httpTarget;
    const headers = {
      'user-agent': 'Google-Cloud-Scheduler',
      'content-length': '0',
      'x-cloudscheduler': 'true',
      'x-cloudscheduler-jobname': name.split('/').at(-1)!,
      'x-cloudscheduler-scheduletime': new Date(at).toISOString(),
      ...this.#identity(oidcToken, uri),
    };
    return post(uri, headers, '', attemptMs);
  }

  #create(parent: string, job: Job): unknown {
    if (!job.name.startsWith(`${parent}/`)) throw invalidArgument(`Job name must be below ${parent}`);
    if (job.schedule.split(' ').length !== 5) throw invalidArgument('Schedule or time zone is invalid.');
    if (!URL.canParse(job.httpTarget.uri)) throw invalidArgument('HttpTarget.uri must be a URL');
    if (this.#jobs.has(job.name)) throw alreadyExists(`Job ${job.name} already exists.`);
    this.#jobs.set(job.name, job);
    return job;
  }
}
