import type { DraftBody } from '../draft.ts';
import type { Token } from '../lexer/token.ts';
import type { Reader } from '../reader.ts';

type Unit = 'seconds' | 'microseconds' | 'count' | 'nice' | 'bytes';

/** setrlimit(2), with what each is counted in. */
const RESOURCES: Readonly<Record<string, Unit>> = {
  cpu: 'seconds',
  rttime: 'microseconds',
  nofile: 'count',
  ofile: 'count',
  nproc: 'count',
  locks: 'count',
  sigpending: 'count',
  rtprio: 'count',
  nice: 'nice',
  fsize: 'bytes',
  data: 'bytes',
  stack: 'bytes',
  core: 'bytes',
  rss: 'bytes',
  as: 'bytes',
  memlock: 'bytes',
  msgqueue: 'bytes',
};
/** In microseconds; the parser takes `s` for a thousandth of what it takes `sec` for only in its tests. */
const TIME_UNITS: Readonly<Record<string, number>> = {
  us: 1,
  microsecond: 1,
  microseconds: 1,
  ms: 1e3,
  millisecond: 1e3,
  milliseconds: 1e3,
  s: 1e6,
  sec: 1e6,
  second: 1e6,
  seconds: 1e6,
  min: 60e6,
  minute: 60e6,
  minutes: 60e6,
  h: 3600e6,
  hour: 3600e6,
  hours: 3600e6,
  d: 86_400e6,
  day: 86_400e6,
  days: 86_400e6,
  week: 604_800e6,
  weeks: 604_800e6,
};
const BYTE_UNITS: readonly string[] = ['K', 'KB', 'M', 'MB', 'G', 'GB'];
const SECOND_US = 1e6;
const NICE_MIN = -20;
const NICE_MAX = 19;

/** `set rlimit name <= value,` */
export function readRlimitRule(reader: Reader): DraftBody | undefined {
  reader.next();
  if (reader.acceptKeyword('rlimit') === undefined) return reader.unexpected('“rlimit”');
  const resource = reader.expect('id', 'the name of a limit');
  if (resource === undefined || reader.expect('<=', '“<=”') === undefined) return undefined;
  const value = reader.expect('value', 'a number or “infinity”');
  if (value === undefined) return undefined;
  const unit = reader.accept('id');
  if (reader.expect(',', 'a comma') === undefined) return undefined;
  const problem = limitProblem(resource.value, value.value, unit);
  if (problem !== undefined)
    return reader.fail(value, { code: 'rlimit', message: `limit “${resource.value}”: ${problem}` });
  const written = unit === undefined ? value.text : `${value.text}${unit.text}`;
  return {
    name: 'rlimit',
    isEntry: false,
    make: (_, { base }) => [{ ...base, kind: 'rlimit', resource: resource.value, value: written }],
  };
}

function limitProblem(resource: string, value: string, unit: Token | undefined): string | undefined {
  const counted = Object.hasOwn(RESOURCES, resource) ? RESOURCES[resource] : undefined;
  if (counted === undefined) return `there is none of that name; there are ${Object.keys(RESOURCES).join(', ')}`;
  if (value === 'infinity') return undefined;
  const number = Number(value);
  if (counted !== 'nice' && number < 0) return 'it can’t be negative';
  switch (counted) {
    case 'seconds':
    case 'microseconds':
      return timeProblem(number, unit, counted === 'seconds' ? SECOND_US : 1);
    case 'count':
      return unit === undefined ? undefined : `it takes no unit, but has “${unit.text}”`;
    case 'nice':
      if (unit !== undefined) return `it takes no unit, but has “${unit.text}”`;
      return number < NICE_MIN || number > NICE_MAX ? `it must be from ${NICE_MIN} to ${NICE_MAX}` : undefined;
    case 'bytes':
      return unit === undefined || BYTE_UNITS.includes(unit.value)
        ? undefined
        : `“${unit.text}” is no unit; there are ${BYTE_UNITS.join(', ')}`;
  }
}

function timeProblem(number: number, unit: Token | undefined, baseUs: number): string | undefined {
  if (unit === undefined) return undefined;
  const length = Object.hasOwn(TIME_UNITS, unit.value) ? TIME_UNITS[unit.value] : undefined;
  if (length === undefined) return `“${unit.text}” is no unit of time; there are ${Object.keys(TIME_UNITS).join(', ')}`;
  return number * length < baseUs ? 'it is less than one second' : undefined;
}
