import own from '../package.json' with { type: 'json' };

/** The platform's version. */
export const version = own.version;
