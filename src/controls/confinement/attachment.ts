import { isLiteral, literalPrefix, matches, parsePattern } from '../../apparmor/pattern/pattern.ts';
import type { ByteText } from '../../core/byte-text.ts';

/** More alternatives than this are not looked through: such a pattern is not understood, and is said to be so. */
const MOST_ALTERNATIVES = 1024;

/** How well a pattern fits a path: the characters it begins with before anything in it is variable. */
export type Fit =
  | { readonly kind: 'fits'; readonly literalCharacters: number; readonly isExact: boolean }
  | { readonly kind: 'no' }
  /** Written with variables, with more alternatives than are looked through, or no pattern at all. */
  | { readonly kind: 'unclear' };

/** Whether a profile's attachment means a program (apparmor.d(5), "Globbing (AARE)"). */
export function fitOf(pattern: ByteText, path: ByteText): Fit {
  if (pattern.includes('@{')) return { kind: mayBeWritten(pattern, path) ? 'unclear' : 'no' };
  const alternatives = expandBraces(pattern);
  if (alternatives === undefined) return { kind: 'unclear' };
  const fits = alternatives.filter((one) => mayFit(one, path)).map((one) => parsePattern(one));
  const patterns = fits.flatMap((one) => (one.kind === 'pattern' && matches(one.pattern, path) ? [one.pattern] : []));
  if (patterns.length === 0) return { kind: fits.some(({ kind }) => kind === 'problem') ? 'unclear' : 'no' };
  return {
    kind: 'fits',
    literalCharacters: Math.max(...patterns.map((one) => literalPrefix(one).length)),
    isExact: patterns.some(isLiteral),
  };
}

/** Whatever the variables stand for: what is plain before the first of them and behind the last stays as it is. */
function mayBeWritten(pattern: ByteText, path: ByteText): boolean {
  const before = /^[^*?[\]\\{}@]*(?=@\{)/.exec(pattern)?.[0] ?? '';
  const behind = /@\{[^{}]*\}([^*?[\]\\{}@]*)$/.exec(pattern)?.[1] ?? '';
  return path.startsWith(before) && path.endsWith(behind);
}

/** Many profiles are asked about many programs: most are told apart by how they begin. */
function mayFit(alternative: ByteText, path: ByteText): boolean {
  const plain = /^(?:[^*?[\]\\/]|\/(?!\/))*/.exec(alternative)?.[0] ?? '';
  return path.startsWith(plain);
}

/** `a{b,c}d` as `abd` and `acd`. */
function expandBraces(pattern: ByteText): readonly ByteText[] | undefined {
  const done: ByteText[] = [];
  const open: ByteText[] = [pattern];
  for (let current = open.pop(); current !== undefined; current = open.pop()) {
    const brace = firstBrace(current);
    if (brace === undefined) done.push(current);
    else
      for (const option of brace.options) open.push(current.slice(0, brace.start) + option + current.slice(brace.end));
    if (done.length + open.length > MOST_ALTERNATIVES) return undefined;
  }
  return done;
}

function firstBrace(
  pattern: ByteText,
): { readonly start: number; readonly end: number; readonly options: readonly ByteText[] } | undefined {
  let depth = 0;
  let [start, optionStart] = [-1, 0];
  const options: ByteText[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') at += 1;
    else if (character === '{') {
      if (depth === 0) [start, optionStart] = [at, at + 1];
      depth += 1;
    } else if ((character === ',' && depth === 1) || (character === '}' && depth > 0)) {
      if (character === '}') depth -= 1;
      if (depth === 0 || character === ',') {
        options.push(pattern.slice(optionStart, at));
        optionStart = at + 1;
      }
      if (depth === 0) return { start, end: at + 1, options };
    }
  }
  return undefined;
}
