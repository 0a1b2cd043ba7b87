import type { Dialect } from '../syntax.ts';
import type { TokenKind } from './token.ts';
import { isAtLeast } from '../dialect.ts';
import type { Mode } from './lexical-rule.ts';

export interface Keyword {
  readonly kind: TokenKind;
  readonly value: string;
  /** How what follows is read. */
  readonly mode?: Mode;
}

const ALIASES: Readonly<Record<string, string>> = { user: 'owner', rewrite: 'alias', unmount: 'umount' };
const PLAIN = [
  'capability',
  'if',
  'else',
  'unsafe',
  'safe',
  'link',
  'owner',
  'other',
  'subset',
  'audit',
  'deny',
  'allow',
  'set',
  'alias',
  'file',
  'pivot_root',
  'send',
  'receive',
  'bind',
  'read',
  'write',
  'eavesdrop',
  'peer',
  'trace',
  'tracedby',
  'readby',
  'not',
  'defined',
];
const SINCE_4 = ['prompt', 'delete', 'io_uring', 'override_creds', 'sqpoll', 'all'];
const MODES: Readonly<Record<string, Mode>> = {
  network: 'network',
  unix: 'unix',
  change_profile: 'change-profile',
  rlimit: 'rlimit',
  ptrace: 'ptrace',
  mount: 'mount',
  remount: 'mount',
  umount: 'mount',
  dbus: 'dbus',
  signal: 'signal',
  abi: 'abi',
};

/** The words that mean something at the start of a rule (keyword_table of parser_misc.c). */
export function keywordsOf(dialect: Dialect): ReadonlyMap<string, Keyword> {
  const words = new Map<string, Keyword>();
  for (const word of PLAIN) words.set(word, { kind: 'keyword', value: word });
  for (const [word, mode] of Object.entries(MODES)) words.set(word, { kind: 'keyword', value: word, mode });
  if (isAtLeast(dialect, '4.0')) {
    for (const word of SINCE_4) words.set(word, { kind: 'keyword', value: word });
    for (const word of ['userns', 'mqueue'] as const) words.set(word, { kind: 'keyword', value: word, mode: word });
    // The parser gives the word of message queues the number of the brace, so that it opens a profile, too.
    words.set('open', { kind: '{', value: 'open' });
  }
  if (isAtLeast(dialect, '4.1')) words.set('priority', { kind: 'keyword', value: 'priority' });
  if (isAtLeast(dialect, '5.0')) {
    words.set('if', { kind: 'keyword', value: 'if', mode: 'expression' });
    for (const word of ['and', 'or', 'not', 'defined'] as const) words.set(word, { kind: word, value: word });
  }
  words.set('in', { kind: 'in', value: 'in' });
  for (const [alias, word] of Object.entries(ALIASES)) {
    const keyword = words.get(word);
    if (keyword !== undefined) words.set(alias, keyword);
  }
  return words;
}
