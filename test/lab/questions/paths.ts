/** Paths to ask about: for each pattern that stands in a profile, names that it means and names that it just misses. */
import type { ByteText } from '../../../src/core/byte-text.ts';

/** Of each pattern, and then each of them changed by one character. */
const NAMES_A_PATTERN = 2;
const MOST_CHARACTERS_OF_A_STAR = 4;
const ALPHABET = 'abcxyz019._-#~ *[{\xe9';
const DEEP_ALPHABET = `${ALPHABET}//`;
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  HOME: ['/home/clerk', '/root'],
  HOMEDIRS: ['/home'],
  PROC: ['/proc'],
  etc_ro: ['/etc', '/usr/etc'],
  freehold_documents: ['/home/clerk/Documents', '/root/Downloads'],
  freehold_shared_documents: ['/srv/documents'],
  list: ['/one', '/two/deep'],
  empty_end: ['/a', '/b'],
  multiarch: ['x86_64-linux-gnu'],
  pid: ['1', '4711'],
  run: ['/run', '/var/run'],
  sys: ['/sys'],
};

/** The same ones for the same sources, whatever the order of their patterns. */
export function pathsFor(sources: readonly string[]): readonly ByteText[] {
  const paths = new Set<ByteText>();
  for (const pattern of [...new Set(sources.flatMap(patternsIn))].sort()) {
    const choose = chooser(pattern);
    for (let index = 0; index < NAMES_A_PATTERN; index += 1) {
      const path = nameFor(pattern, choose);
      paths.add(path);
      paths.add(changed(path, choose));
    }
  }
  return [...paths].filter((path) => path.startsWith('/')).sort();
}

/** Whatever begins with a slash or a variable, outside of comments. */
function patternsIn(source: string): readonly string[] {
  const lines = source.split('\n').map((line) => line.replace(/^\s*#.*/, ''));
  return lines.flatMap((line) =>
    [...line.matchAll(/"([/@][^"]+)"|(?<=^|[\s=])((?:\/|@\{)(?:\\.|[^\s,\\]|,(?=\S))+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? '',
    ),
  );
}

type Choose = (limit: number) => number;

/** A linear congruential generator (the constants of Numerical Recipes), begun by the pattern itself: no chance from outside. */
function chooser(seed: string): Choose {
  let state = [...seed].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7);
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** A name that the pattern means (apparmor.d(5), Globbing); its doubled slashes are one, as the parser makes them. */
function nameFor(pattern: string, choose: Choose): ByteText {
  const withValues = pattern.replace(/@\{(\w+)\}/g, (_, name: string) => {
    const values = VARIABLES[name] ?? [name];
    return values[choose(values.length)] ?? name;
  });
  return oneOf(withValues, choose).replace(/\/{2,}/g, '/');
}

function oneOf(pattern: string, choose: Choose): string {
  const [whole] = /^(?:\\.|\[[^\]]*\]|\*\*|[^])/.exec(pattern) ?? [''];
  if (whole === '') return '';
  if (whole === '{') {
    const { alternatives, rest } = alternation(pattern);
    return oneOf((alternatives[choose(alternatives.length)] ?? '') + rest, choose);
  }
  return oneName(whole, choose) + oneOf(pattern.slice(whole.length), choose);
}

function oneName(part: string, choose: Choose): string {
  if (part === '**') return some(DEEP_ALPHABET, choose);
  if (part === '*') return some(ALPHABET, choose);
  if (part === '?') return ALPHABET[choose(ALPHABET.length)] ?? 'a';
  if (part.startsWith('\\')) return part.slice(1);
  if (!part.startsWith('[')) return part;
  if (part.startsWith('[^')) return DEEP_ALPHABET[choose(DEEP_ALPHABET.length)] ?? 'a';
  const members = part.slice(1, -1);
  return members[choose(members.length)] ?? 'a';
}

function some(alphabet: string, choose: Choose): string {
  const length = choose(MOST_CHARACTERS_OF_A_STAR + 1);
  return Array.from({ length }, () => alphabet[choose(alphabet.length)] ?? '').join('');
}

function alternation(pattern: string): { readonly alternatives: readonly string[]; readonly rest: string } {
  const alternatives: string[] = [];
  let depth = 0;
  let start = 1;
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index];
    if (character === '\\') index += 1;
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (character !== ',' || depth !== 1) continue;
    if (depth > 1 || (depth === 1 && character !== ',')) continue;
    alternatives.push(pattern.slice(start, index));
    start = index + 1;
    if (depth === 0) return { alternatives, rest: pattern.slice(start) };
  }
  return { alternatives: [pattern.slice(1)], rest: '' };
}

function changed(path: ByteText, choose: Choose): ByteText {
  const at = 1 + choose(path.length);
  const character = DEEP_ALPHABET[choose(DEEP_ALPHABET.length)] ?? 'a';
  const after = choose(2) === 0 ? path.slice(at) : path.slice(at + 1);
  return (path.slice(0, at) + character + after).replace(/\/{2,}/g, '/');
}
