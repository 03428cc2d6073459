/** Milliseconds on a clock that all processes of a machine share, and that nobody sets: of no use but for differences. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;
