import { isAtLeast } from './dialect.ts';
import type { Token } from './lexer/token.ts';
import { ERROR_NAMES } from './names.ts';
import type { Reader } from './reader.ts';
import { readValues } from './rules/conditions.ts';
import { isSignalName } from './signal-name.ts';
import type { Dialect } from './syntax.ts';

/** Exclude each other. */
const MODES: Readonly<Record<string, Dialect>> = {
  enforce: '3.0',
  complain: '3.0',
  kill: '3.0',
  unconfined: '3.0',
  prompt: '4.0',
  default_allow: '4.0',
};
const WORDS: Readonly<Record<string, Dialect>> = {
  audit: '3.0',
  chroot_relative: '3.0',
  namespace_relative: '3.0',
  mediate_deleted: '3.0',
  delegate_deleted: '3.0',
  attach_disconnected: '3.0',
  no_attach_disconnected: '3.0',
  chroot_attach: '3.0',
  chroot_no_attach: '3.0',
  debug: '4.0',
  interruptible: '4.0',
  'attach_disconnected.ipc': '5.0',
};
const ASSIGNED: Readonly<Record<string, Dialect>> = {
  'attach_disconnected.path': '4.0',
  'kill.signal': '4.0',
  error: '4.0',
  'attach_disconnected.ipc': '5.0',
};
const CONFLICTS: readonly (readonly [string, string])[] = [
  ['chroot_relative', 'namespace_relative'],
  ['mediate_deleted', 'delegate_deleted'],
  ['attach_disconnected', 'no_attach_disconnected'],
  ['attach_disconnected.path', 'no_attach_disconnected'],
  ['attach_disconnected.ipc', 'no_attach_disconnected'],
  ['chroot_attach', 'chroot_no_attach'],
];

/** `flags=(…)` or `(…)` of a profile. */
export function readFlags(reader: Reader): readonly Token[] | undefined {
  const token = reader.peek();
  const isNamed = token.kind === 'flags' || (token.kind === 'condition' && token.value === 'flags');
  if (isNamed) {
    reader.next();
    if (reader.expect('=', '“=”') === undefined) return undefined;
  } else if (token.kind === 'condition') return reader.unexpected('“flags=” or “{”');
  else if (token.kind !== '(') return [];
  const flags = readValues(reader);
  if (flags === undefined) return undefined;
  return areFlagsRight(reader, flags) ? flags : undefined;
}

function areFlagsRight(reader: Reader, flags: readonly Token[]): boolean {
  const given = new Map<string, string>();
  for (const token of flags) {
    const [name, value] = splitFlag(token.value);
    const problem = flagProblem(reader.dialect, name, value) ?? conflictOf(given, name, value);
    if (problem !== undefined) {
      reader.fail(token, { code: 'flag', message: `the flag “${token.text}” ${problem}` });
      return false;
    }
    given.set(name, value ?? '');
  }
  return true;
}

function splitFlag(flag: string): [string, string?] {
  const sign = flag.indexOf('=');
  return sign === -1 ? [flag] : [flag.slice(0, sign), flag.slice(sign + 1)];
}

function flagProblem(dialect: Dialect, name: string, value: string | undefined): string | undefined {
  const table = value === undefined ? { ...MODES, ...WORDS } : ASSIGNED;
  const since = Object.hasOwn(table, name) ? table[name] : undefined;
  if (since === undefined) return 'is not known';
  if (!isAtLeast(dialect, since)) return `came with version ${since}`;
  if (name === 'kill.signal' && !isSignalName(value ?? '', dialect)) return 'names no signal';
  if (name === 'error' && !ERROR_NAMES.has((value ?? '').toLowerCase())) return 'names no error';
  return undefined;
}

function conflictOf(given: ReadonlyMap<string, string>, name: string, value: string | undefined): string | undefined {
  if (Object.hasOwn(MODES, name)) {
    const other = [...given.keys()].find((one) => one !== name && Object.hasOwn(MODES, one));
    if (other !== undefined) return `contradicts “${other}”`;
  }
  const before = given.get(name);
  if (value !== undefined && before !== undefined && before !== value) return `contradicts “${name}=${before}”`;
  for (const [a, b] of CONFLICTS) {
    const other = name === a ? b : name === b ? a : undefined;
    if (other !== undefined && given.has(other)) return `contradicts “${other}”`;
  }
  return undefined;
}
