/** The one case of each model; deviations name it like any other. */
export const modelTitles = {
  table: 'answers random concurrent commands as the reference does in some order',
  queue: 'loses nothing and brings nothing early, whatever handlers do',
  timer: 'fires every timer that stands, none early and none cancelled',
  objects: 'answers random concurrent writes and reads of objects as the reference does in some order',
  channel: 'brings each connection just what was pushed to it and to its groups, in order',
} as const;
