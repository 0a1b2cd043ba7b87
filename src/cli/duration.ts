import { FreeholdError } from '../core/error.ts';

const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);
const LONGEST_SECONDS = 24 * 60 * 60;

/** Seconds of `90`, `90s`, `5m` or `1h`; throws `usage` for anything else. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,5})([smh]?)$/.exec(text.trim());
  const seconds = Number(match?.[1]) * (UNIT_SECONDS.get(match?.[2] ?? '') ?? Number.NaN);
  if (seconds > 0 && seconds <= LONGEST_SECONDS) return seconds;
  const message = `${JSON.stringify(text)} is no duration.`;
  const hint = 'Write a number with s, m or h behind it, up to 24h: 90s, 5m.';
  throw new FreeholdError('usage', [{ code: 'usage/duration', level: 'error', message, hint }]);
}
