/** Outlines on a grid of 16, drawn with a stroke; made for this console. */
export const iconPaths = {
  bolt: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  chart: 'M4.5 2v2m0 6v3M3 4h3v6H3zm8.5-1v3m0 5v3M10 6h3v5h-3z',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  chevron: 'm6 3.5 4.5 4.5L6 12.5',
  clock: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2m0 2.8V8l2.2 1.6',
  cross: 'm4 4 8 8m0-8-8 8',
  external: 'M6.5 3.5H3v9.5h9.5V9.5M9 3h4v4m0-4L7.5 8.5',
  minus: 'M3 8h10',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6',
  pause: 'M5.5 3.5v9m5-9v9',
  pencil: 'm3 13 .7-3L10.8 3a1.4 1.4 0 0 1 2.1 2L6 12.2z',
  play: 'M4.5 3 12.5 8l-8 5z',
  plus: 'M8 3v10M3 8h10',
  redrive: 'M3 8a5 5 0 0 1 8.6-3.4L13 6m0-3.5V6H9.5M13 8a5 5 0 0 1-8.6 3.4L3 10m0 3.5V10h3.5',
  screen: 'M2.5 3h11v7.5h-11zM6 13.5h4M8 10.5v3',
  skip: 'm4 4 5 4-5 4zm7.5 0v8',
  slash: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M3.8 12.2l8.4-8.4',
  sun: 'M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M3 13l1.1-1.1M11.9 4.1 13 3',
} as const;

export type IconName = keyof typeof iconPaths;
