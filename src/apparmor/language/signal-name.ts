import { isAtLeast } from './dialect.ts';
import { NEW_SIGNALS, REAL_TIME_SIGNALS, SIGNALS } from './names.ts';
import type { Dialect } from './syntax.ts';

/** `term`, `rtmin+3`; what follows the number is passed over, as strtoul(3) does. */
export function isSignalName(name: string, dialect: Dialect): boolean {
  const realTime = /^rtmin\+\s*([+-]?)(\d*)/.exec(name);
  if (realTime === null) return SIGNALS.has(name) || (isAtLeast(dialect, '5.0') && NEW_SIGNALS.has(name));
  const number = Number(realTime[2]);
  return number === 0 || (realTime[1] !== '-' && number <= REAL_TIME_SIGNALS);
}
