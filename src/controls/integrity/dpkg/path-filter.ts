import { fnmatch } from '../../../core/fnmatch.ts';

/** One `path-exclude` or `path-include` of dpkg's configuration. */
export interface PathRule {
  readonly isExcluded: boolean;
  readonly pattern: string;
}

/** dpkg(1) on /etc/dpkg/dpkg.cfg.d: names of letters, digits, `_` and `-` only. */
export const CONFIGURATION_NAME = /^[0-9A-Za-z_-]+$/;
/** dpkg.cfg(5): an option a line, without its dashes; `#` begins a comment. debsums takes it with dashes too. */
const OPTION = /^(?:--)?path-(exclude|include)(?:=|\s+)\s*(.+)$/;

export function parsePathRules(text: string): readonly PathRule[] {
  return text.split('\n').flatMap((line) => {
    const [, kind, pattern] = OPTION.exec(line.trim()) ?? [];
    return pattern === undefined ? [] : [{ isExcluded: kind === 'exclude', pattern: unquoted(pattern.trim()) }];
  });
}

/** Whether dpkg left a file out on purpose; the last rule that matches decides (filter_should_skip() of src/main/filters.c). */
export function isExcluded(path: string, rules: readonly PathRule[]): boolean {
  return rules.findLast(({ pattern }) => fnmatch(pattern, path))?.isExcluded ?? false;
}

/** dpkg takes quotes away since 1.15.8 (load_config() of lib/dpkg/options.c). */
function unquoted(pattern: string): string {
  const [first] = pattern;
  return pattern.length > 1 && (first === '"' || first === "'") && pattern.endsWith(first)
    ? pattern.slice(1, -1)
    : pattern;
}
