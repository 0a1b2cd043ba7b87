import { z } from 'zod';

/** A pattern of paths, ready to be tried: `*` and `?` stay within a name, `**` stands for any number of whole names. */
export type Glob = readonly string[];

const ANY_NAMES = '**';
/** Longer patterns have no use, and each costs time for every file. */
const PATTERN_LIMIT_CHARACTERS = 1024;

/** A pattern of paths in a blueprint. */
export const pathPattern = z.string().superRefine((text, context) => {
  const problem = globProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

/** Why a text is no pattern of paths, or `undefined`. */
export function globProblem(text: string): string | undefined {
  if (!text.startsWith('/')) return 'must begin with a slash';
  if (text.length > PATTERN_LIMIT_CHARACTERS)
    return `must be shorter than ${String(PATTERN_LIMIT_CHARACTERS)} characters`;
  const isHalf = namesOf(text).some((name) => name.includes(ANY_NAMES) && name !== ANY_NAMES);
  return isHalf ? '`**` must be a whole name' : undefined;
}

export function parseGlob(text: string): Glob {
  return namesOf(text);
}

/** Whether a pattern is one path and no other. */
export function isLiteral(text: string): boolean {
  return !/[*?]/.test(text);
}

/** Whether a pattern means a path, or a folder that the path lies in. */
export function coversPath(glob: Glob, path: string): boolean {
  return matchesNames([...glob, ANY_NAMES], namesOf(path));
}

/** Whether a pattern means exactly this path. */
export function matchesPath(glob: Glob, path: string): boolean {
  return matchesNames(glob, namesOf(path));
}

/** Whether a path is what one of the patterns means. */
export function matchesAny(patterns: readonly string[]): (path: string) => boolean {
  const globs = patterns.map(parseGlob);
  return (path) => {
    const names = namesOf(path);
    return globs.some((glob) => matchesNames(glob, names));
  };
}

function namesOf(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '');
}

function matchesNames(glob: Glob, names: readonly string[]): boolean {
  return isMatch(glob.length, names.length, {
    isAny: (index) => glob[index] === ANY_NAMES,
    fits: (index, at) => matchesName(glob[index] ?? '', names[at] ?? ''),
  });
}

function matchesName(pattern: string, name: string): boolean {
  return isMatch(pattern.length, name.length, {
    isAny: (index) => pattern[index] === '*',
    fits: (index, at) => pattern[index] === '?' || pattern[index] === name[at],
  });
}

interface Units {
  readonly isAny: (index: number) => boolean;
  readonly fits: (index: number, at: number) => boolean;
}

/** The usual way with wildcards: only the last one is ever tried again, so the time is at most the product of both lengths. */
function isMatch(patternLength: number, textLength: number, { isAny, fits }: Units): boolean {
  let [index, at] = [0, 0];
  let last: { readonly index: number; at: number } | undefined;
  while (at < textLength) {
    if (index < patternLength && isAny(index)) {
      last = { index, at };
      index += 1;
    } else if (index < patternLength && fits(index, at)) {
      index += 1;
      at += 1;
    } else if (last === undefined) return false;
    else {
      last.at += 1;
      index = last.index + 1;
      at = last.at;
    }
  }
  while (index < patternLength && isAny(index)) index += 1;
  return index === patternLength;
}
