/** The kinds of port that a cloud can stand behind; a domain's own ports are of none of them. */
export const portKinds = ['table', 'queue', 'topic', 'timer', 'objects', 'channel'] as const;

export type PortKind = (typeof portKinds)[number];

export const isPortKind = (text: string): text is PortKind => portKinds.some((kind) => kind === text);
