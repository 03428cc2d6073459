/** The most memory that this process has had resident, in MB (10^6 bytes), the unit of the figures to reach. */
export const peakRssMb = (): number => (process.resourceUsage().maxRSS * 1_024) / 1e6;
