import { fnmatch } from '../../core/fnmatch.ts';

/** More alternatives than this in one pattern's braces are not expanded: the pattern then matches nothing. */
const BRACE_LIMIT_ALTERNATIVES = 256;

/** Whether systemd treats a key as a pattern (string_is_glob()). */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * Whether a path below /proc/sys matches a pattern as glob(3) with GLOB_BRACE does: wildcards don't cross slashes and don't
 * match a leading dot, a backslash escapes. Takes time linear in the pattern times the path.
 */
export function globMatches(pattern: string, path: string): boolean {
  return expandBraces(pattern).some((alternative) => matchesParts(alternative.split('/'), path.split('/')));
}

function matchesParts(patterns: readonly string[], parts: readonly string[]): boolean {
  return (
    patterns.length === parts.length && patterns.every((pattern, index) => nameMatches(pattern, parts[index] ?? ''))
  );
}

/** Whether one name without slashes matches a pattern without braces (fnmatch(3), FNM_PERIOD). */
export function nameMatches(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.') && !pattern.startsWith('\\.')) return false;
  return fnmatch(pattern, name);
}

/** `a{b,c}d` → `abd`, `acd`; braces that don't close stay as they are. */
function expandBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const open: string[] = [pattern];
  while (open.length > 0) {
    const current = open.pop() ?? '';
    const brace = findBrace(current);
    if (brace === undefined) done.push(current);
    else
      for (const option of brace.options)
        open.push(current.slice(0, brace.start) + option + current.slice(brace.end + 1));
    if (done.length + open.length > BRACE_LIMIT_ALTERNATIVES) return [];
  }
  return done;
}

function findBrace(pattern: string): { start: number; end: number; options: readonly string[] } | undefined {
  for (let start = pattern.indexOf('{'); start !== -1; start = pattern.indexOf('{', start + 1)) {
    if (pattern[start + 1] === '}') continue;
    let depth = 0;
    let optionStart = start + 1;
    const options: string[] = [];
    for (let index = start; index < pattern.length; index += 1) {
      const character = pattern[index];
      if (character === '{') depth += 1;
      else if (character === '}') depth -= 1;
      if ((character === ',' && depth === 1) || depth === 0) {
        options.push(pattern.slice(optionStart, index));
        optionStart = index + 1;
      }
      if (depth === 0) return { start, end: index, options };
    }
  }
  return undefined;
}
