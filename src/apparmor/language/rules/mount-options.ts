import { isAtLeast } from '../dialect.ts';
import type { Dialect } from '../syntax.ts';

/** Flags of mount(2) by their bits; `make-*` and commands have a meaning of their own. */
const BIT = {
  ro: 0,
  nosuid: 1,
  nodev: 2,
  noexec: 3,
  sync: 4,
  remount: 5,
  mand: 6,
  dirsync: 7,
  nosymfollow: 8,
  noatime: 10,
  nodiratime: 11,
  bind: 12,
  move: 13,
  recursive: 14,
  silent: 15,
  acl: 16,
  unbindable: 17,
  private: 18,
  slave: 19,
  shared: 20,
  relatime: 21,
  iversion: 23,
  strictatime: 24,
  lazytime: 25,
  nouser: 31,
} as const;

type Flag = keyof typeof BIT;

interface Option {
  readonly sets: readonly Flag[];
  readonly clears: readonly Flag[];
}

function sets(...flags: readonly Flag[]): Option {
  return { sets: flags, clears: [] };
}

function clears(...flags: readonly Flag[]): Option {
  return { sets: [], clears: flags };
}

/** mnt_opts_table of mount.cc. */
const OPTIONS: Readonly<Record<string, Option>> = {
  ro: sets('ro'),
  r: sets('ro'),
  'read-only': sets('ro'),
  rw: clears('ro'),
  w: clears('ro'),
  suid: clears('nosuid'),
  nosuid: sets('nosuid'),
  dev: clears('nodev'),
  nodev: sets('nodev'),
  exec: clears('noexec'),
  noexec: sets('noexec'),
  sync: sets('sync'),
  async: clears('sync'),
  remount: sets('remount'),
  mand: sets('mand'),
  nomand: clears('mand'),
  dirsync: sets('dirsync'),
  atime: clears('noatime'),
  noatime: sets('noatime'),
  diratime: clears('nodiratime'),
  nodiratime: sets('nodiratime'),
  bind: sets('bind'),
  B: sets('bind'),
  move: sets('move'),
  M: sets('move'),
  rbind: sets('bind', 'recursive'),
  R: sets('bind', 'recursive'),
  verbose: sets('silent'),
  silent: sets('silent'),
  loud: clears('silent'),
  acl: sets('acl'),
  noacl: clears('acl'),
  ...propagation('unbindable'),
  ...propagation('private'),
  ...propagation('slave'),
  ...propagation('shared'),
  relatime: sets('relatime'),
  norelatime: clears('relatime'),
  iversion: sets('iversion'),
  noiversion: clears('iversion'),
  strictatime: sets('strictatime'),
  user: clears('nouser'),
  nouser: sets('nouser'),
};
const SINCE_4: Readonly<Record<string, Option>> = {
  symfollow: clears('nosymfollow'),
  nosymfollow: sets('nosymfollow'),
  nostrictatime: clears('strictatime'),
  lazytime: sets('lazytime'),
  nolazytime: clears('lazytime'),
};
/** MS_NORELATIME was 0: the word says nothing. */
const EMPTY_BEFORE_5: readonly string[] = ['norelatime'];

function propagation(flag: 'unbindable' | 'private' | 'slave' | 'shared'): Record<string, Option> {
  return {
    [flag]: sets(flag),
    [`make-${flag}`]: sets(flag),
    [`r${flag}`]: sets(flag, 'recursive'),
    [`make-r${flag}`]: sets(flag, 'recursive'),
  };
}

export const MAKE_FLAGS: readonly Flag[] = ['unbindable', 'private', 'slave', 'shared'];
const COMMANDS: ReadonlySet<Flag> = new Set<Flag>(['move', 'remount', 'bind', 'recursive', ...MAKE_FLAGS]);

export interface MountFlags {
  readonly set: ReadonlySet<Flag>;
  readonly cleared: ReadonlySet<Flag>;
}

/** The flags that the words set and clear; the word that is none. */
export function mountFlags(words: readonly string[], dialect: Dialect): MountFlags | { readonly unknown: string } {
  const set = new Set<Flag>();
  const cleared = new Set<Flag>();
  for (const word of words) {
    const option = optionOf(word, dialect);
    if (option === undefined) return { unknown: word };
    for (const flag of option.sets) set.add(flag);
    for (const flag of option.clears) cleared.add(flag);
  }
  return { set, cleared };
}

function optionOf(word: string, dialect: Dialect): Option | undefined {
  if (EMPTY_BEFORE_5.includes(word) && !isAtLeast(dialect, '5.0')) return sets();
  if (Object.hasOwn(OPTIONS, word)) return OPTIONS[word];
  return isAtLeast(dialect, '4.0') && Object.hasOwn(SINCE_4, word) ? SINCE_4[word] : undefined;
}

export function isPlain(flag: Flag): boolean {
  return !COMMANDS.has(flag);
}
