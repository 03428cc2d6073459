/** What one run of a measurement came to, by name. Units end the name. */
export type Figures = Readonly<Record<string, number>>;
