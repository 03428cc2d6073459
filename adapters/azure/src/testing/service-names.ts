let harnesses = 0;

/** Names of services, one for each harness of this process. */
export const serviceNames = { next: (): string => `h${++harnesses}` };
