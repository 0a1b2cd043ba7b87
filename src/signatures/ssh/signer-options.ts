import { shown } from '../shown.ts';

/** What stands between the principals and the key of a line of allowed_signers. */
export interface SignerOptions {
  readonly isAuthority?: boolean;
  readonly namespaces?: readonly string[];
  readonly validAfter?: Date;
  readonly validBefore?: Date;
}

/** A flag, or a name with a value in quotes; `\"` is a quote in it (opt_dequote() of OpenSSH). */
const OPTION = /(?<name>[A-Za-z-]+)(?:="(?<value>(?:[^"\\]|\\.)*)")?(?:,|$)/y;

/** ssh-keygen(1): "YYYYMMDD[Z]" or "YYYYMMDDHHMM[SS][Z]"; later versions take UTC for Z. */
const MOMENT =
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?:(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?)?(?<zone>Z|UTC)?$/i;

/** The options, or what is wrong with them. Their names are in any case, as for OpenSSH. */
export function parseSignerOptions(text: string): SignerOptions | string {
  const found = new Map<string, string | undefined>();
  OPTION.lastIndex = 0;
  while (OPTION.lastIndex < text.length) {
    const start = OPTION.lastIndex;
    const groups = OPTION.exec(text)?.groups;
    if (groups === undefined) return `these are no options: ${shown(text.slice(start))}`;
    const name = (groups['name'] ?? '').toLowerCase();
    if (found.has(name)) return `the option ${name} stands there twice`;
    found.set(name, groups['value']?.replaceAll(String.raw`\"`, '"'));
  }
  if (text.endsWith(',')) return 'an option is missing after the last comma';
  return understood(found);
}

function understood(found: ReadonlyMap<string, string | undefined>): SignerOptions | string {
  let options: SignerOptions = {};
  for (const [name, value] of found) {
    const one = name === 'cert-authority' ? flag(value) : valued(name, value);
    if (typeof one === 'string') return one;
    options = { ...options, ...one };
  }
  const { validAfter, validBefore } = options;
  if (validAfter !== undefined && validBefore !== undefined && validBefore <= validAfter)
    return 'valid-before is not after valid-after';
  return options;
}

function flag(value: string | undefined): SignerOptions | string {
  return value === undefined ? { isAuthority: true } : 'cert-authority takes no value';
}

function valued(name: string, value: string | undefined): SignerOptions | string {
  if (name !== 'namespaces' && name !== 'valid-after' && name !== 'valid-before')
    return `the option ${shown(name)} is not known`;
  if (value === undefined) return `the option ${name} needs a value in quotes`;
  if (name === 'namespaces') return namespacesOf(value);
  const moment = momentOf(value);
  if (moment === undefined) return `“${shown(value)}” of ${name} is no moment: YYYYMMDD[Z] or YYYYMMDDHHMM[SS][Z]`;
  return name === 'valid-after' ? { validAfter: moment } : { validBefore: moment };
}

function namespacesOf(value: string): SignerOptions | string {
  const namespaces = value.split(',');
  return namespaces.includes('') ? 'a name is missing in namespaces' : { namespaces };
}

/** `undefined` for a day that no calendar has. */
function momentOf(text: string): Date | undefined {
  const groups = MOMENT.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { year = '', month = '', day = '', hour = '00', minute = '00', second = '00', zone } = groups;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  // A date-time without an offset is local time (ECMA-262, Date Time String Format).
  const moment = new Date(zone === undefined ? iso : `${iso}Z`);
  return Number.isNaN(moment.getTime()) || !isDayOfMonth(year, month, day) ? undefined : moment;
}

/** `2026-02-30` is a date for Date.parse. */
function isDayOfMonth(year: string, month: string, day: string): boolean {
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
}
