import { FILE_PERMISSIONS, type FilePermission } from './access.ts';
import type { AllRule, FileRule, LinkRule, Rule } from './language/syntax.ts';

/** A rule that speaks of files. */
export type FileLikeRule = FileRule | LinkRule | AllRule;

export function isFileLike(rule: Rule): rule is FileLikeRule {
  return rule.kind === 'file' || rule.kind === 'link' || rule.kind === 'all';
}

/**
 * What a rule really speaks of: `w` holds `a` (parser/parser_yacc.y), `ix` adds `m` where it allows (parser_regex.c:
 * process_dfa_entry); `file,` and `all,` speak of everything.
 */
export function permissionsOf(rule: FileLikeRule): ReadonlySet<FilePermission> {
  if (rule.kind === 'link') return new Set(['l']);
  if (rule.kind === 'all' || (rule.path === undefined && rule.permissions.length === 0))
    return new Set(FILE_PERMISSIONS);
  const permissions = new Set(rule.permissions);
  if (permissions.has('w')) permissions.add('a');
  const inherits = rule.exec?.to === 'inherit' || rule.exec?.fallback === 'inherit';
  if (permissions.has('x') && inherits && rule.effect !== 'deny') permissions.add('m');
  return permissions;
}

/** Whose files a rule speaks of. */
export function ownerOf(rule: FileLikeRule): 'owner' | 'other' | 'any' {
  return rule.kind === 'all' ? 'any' : rule.owner;
}
