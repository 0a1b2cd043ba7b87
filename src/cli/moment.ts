import { FreeholdError } from '../core/error.ts';

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/** Milliseconds since 1970 of `2026-11-20`, `2026-11-20T08:00Z`, or of so long before now: `90m`, `24h`, `7d`. Throws `usage`. */
export function parseMoment(text: string, nowMs: number): number {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS.get(unit ?? '');
  if (count !== undefined && unitMs !== undefined) return nowMs - Number(count) * unitMs;
  const moment = ISO.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  if (!Number.isNaN(moment)) return moment;
  const message = `${JSON.stringify(text)} is no moment.`;
  const hint = 'Write a time (2026-11-20, 2026-11-20T08:00Z), or how long ago with m, h or d behind it: 90m, 24h, 7d.';
  throw new FreeholdError('usage', [{ code: 'usage/moment', level: 'error', message, hint }]);
}
