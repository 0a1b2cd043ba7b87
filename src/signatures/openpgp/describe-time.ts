const SECONDS_END = 19;

/** UTC, ISO 8601, to the second, which is as precise as OpenPGP is. */
export function describeTime(date: Date): string {
  return `${date.toISOString().slice(0, SECONDS_END)}Z`;
}
