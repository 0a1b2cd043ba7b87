import { isIPv4, isIPv6 } from 'node:net';
import { HOST_LIMIT } from './limits.ts';

/** The hosts that one word of an inventory stands for. */
export type HostWords =
  | { readonly kind: 'hosts'; readonly names: readonly string[]; readonly port: number | undefined }
  | { readonly kind: 'wrong'; readonly reason: string; readonly hint?: string };

/** Names are shorter; ranges take some room. */
const WORD_LIMIT_CHARACTERS = 1000;
const BRACKETED_WITH_PORT = /^\[(.+)\]:([0-9]+)$/s;
const WITH_PORT = /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/;
/** `[1:9]`, `[01:20:2]`, `[a:f]`; in parts of IPv6 addresses hexadecimal. */
const RANGE = /\[(?:[0-9]+:[0-9]+|[a-z]:[a-z])(?::[0-9]+)?\]/gi;
const HEXADECIMAL_RANGE = /\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\]/gi;
const LABELS = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?)*$/u;
/** What stands for a range while the rest is looked at; it is a letter, a digit, and a part of both kinds of addresses. */
const STAND_IN = '1';
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `web[01:20:2]`, `db[a:f].example.org`, `files:2222`, `[2001:db8::1]:22`: as Ansible expands them. */
export function expandHostWord(word: string): HostWords {
  if (word.length > WORD_LIMIT_CHARACTERS) {
    return { kind: 'wrong', reason: `it is longer than ${String(WORD_LIMIT_CHARACTERS)} characters` };
  }
  const { pattern, port } = splitPort(word);
  if (port === undefined && word.trim().endsWith(':')) {
    return { kind: 'wrong', reason: 'it ends with a colon and no port follows' };
  }
  if (word.trim() === '---') return { kind: 'wrong', reason: '--- begins a YAML file, and this is read as INI' };
  const bare = /^\[([^\]]*)\]$/.exec(pattern)?.[1];
  if (bare !== undefined && isIPv6(bare)) {
    const hint = `Write ${bare} without brackets, or [${bare}]:22 with a port.`;
    return { kind: 'wrong', reason: 'an IPv6 address stands in brackets only where a port follows', hint };
  }
  const names = expandRanges(pattern);
  return typeof names === 'string' ? { kind: 'wrong', reason: names } : { kind: 'hosts', names, port };
}

/** A port counts only behind what is a name or an address; `user@host:22` is a name with a colon in it. */
function splitPort(word: string): { readonly pattern: string; readonly port: number | undefined } {
  let pattern = word;
  let port: number | undefined;
  for (const form of [BRACKETED_WITH_PORT, WITH_PORT]) {
    const match = form.exec(pattern);
    if (match === null) continue;
    pattern = match[1] ?? '';
    port = Number(match[2]);
  }
  return isHostPattern(pattern) ? { pattern, port } : { pattern: word, port: undefined };
}

/** Whether a word is one host pattern rather than several that colons part (`parse_address` with ranges allowed). */
export function isHostWord(word: string): boolean {
  const bracketed = BRACKETED_WITH_PORT.exec(word)?.[1] ?? word;
  return isHostPattern(WITH_PORT.exec(bracketed)?.[1] ?? bracketed);
}

function isHostPattern(text: string): boolean {
  if (LABELS.test(text.replace(RANGE, STAND_IN))) return true;
  const withoutRanges = text.replace(HEXADECIMAL_RANGE, STAND_IN);
  return (isIPv6(withoutRanges) && !withoutRanges.includes('%')) || isIPv4(withoutRanges);
}

/** The first range is expanded outermost; more of them multiply. The reason, where one is wrong. */
function expandRanges(pattern: string): readonly string[] | string {
  const parts: (readonly string[])[] = [];
  let count = 1;
  let rest = pattern;
  for (let open = rest.indexOf('['); open !== -1; open = rest.indexOf('[')) {
    const close = rest.indexOf(']', open);
    if (close === -1) return 'a bracket is opened and never closed';
    const values = expandRange(rest.slice(open + 1, close));
    if (typeof values === 'string') return values;
    count *= values.length;
    if (count > HOST_LIMIT) return `it stands for more than ${String(HOST_LIMIT)} hosts`;
    parts.push([rest.slice(0, open)], values);
    rest = rest.slice(close + 1);
  }
  if (rest.includes(']')) return 'a bracket is closed that was never opened';
  return [...parts, [rest]].reduce<readonly string[]>(
    (names, values) => (values.length === 1 ? names.map((name) => name + (values[0] ?? '')) : crossed(names, values)),
    [''],
  );
}

function crossed(names: readonly string[], values: readonly string[]): readonly string[] {
  return names.flatMap((name) => values.map((value) => name + value));
}

function expandRange(range: string): readonly string[] | string {
  const [from = '', to = '', step = '1', ...more] = range.split(':');
  const shown = `[${range}]`;
  if (!range.includes(':') || more.length > 0) return `a range is written [from:to] or [from:to:step], not ${shown}`;
  if (to === '') return `the range ${shown} has no end`;
  if (!/^[0-9]{1,9}$/.test(step) || Number(step) === 0) return `the step of the range ${shown} is no number above 0`;
  const isLetters = LETTERS.includes(from) && LETTERS.includes(to) && from.length === 1 && to.length === 1;
  const begin = from === '' ? '0' : from;
  if (!isLetters && !(/^[0-9]{1,15}$/.test(begin) && /^[0-9]{1,15}$/.test(to))) {
    return `the range ${shown} goes neither from number to number nor from letter to letter`;
  }
  const width = !isLetters && begin.length > 1 && begin.startsWith('0') ? begin.length : 0;
  if (width > 0 && to.length !== width) return `both ends of the range ${shown} need the same number of digits`;
  const first = isLetters ? LETTERS.indexOf(from) : Number(begin);
  const last = isLetters ? LETTERS.indexOf(to) : Number(to);
  if (first > last) return `the range ${shown} ends before it begins`;
  if ((last - first) / Number(step) >= HOST_LIMIT) return `it stands for more than ${String(HOST_LIMIT)} hosts`;
  const values: string[] = [];
  for (let at = first; at <= last; at += Number(step)) {
    values.push(isLetters ? (LETTERS[at] ?? '') : String(at).padStart(width, '0'));
  }
  return values;
}
