import type { ByteText } from '../../core/byte-text.ts';
import { escapeName, quotePattern } from './escape.ts';
import { type PermissionBits, permissionsOf, withoutImplied } from './permissions.ts';

/** The classes of rules, in the order in which a new profile has them. */
export const RULE_GROUPS = [
  'include',
  'capability',
  'rlimit',
  'network',
  'unix',
  'dbus',
  'signal',
  'ptrace',
  'userns',
  'io_uring',
  'mqueue',
  'mount',
  'change_profile',
  'link',
  'file',
] as const;

export type RuleGroup = (typeof RULE_GROUPS)[number];

export interface FileRuleParts {
  readonly isOwner: boolean;
  /** As written, without quotes. */
  readonly path: ByteText;
  readonly bits: PermissionBits;
  /** `ix`, `Px` or `Cx -> name`: how it goes on when it is executed. */
  readonly exec?: string;
}

export function fileRuleText({ isOwner, path, bits, exec }: FileRuleParts): ByteText {
  const letters = permissionsOf(withoutImplied(bits)).filter((one) => one !== 'x' && one !== 'l');
  return `${isOwner ? 'owner ' : ''}${quotePattern(path)} ${letters.join('')}${exec ?? ''},`;
}

/** A value of a condition that is a pattern, such as a label: what stands there, and nothing else. */
export function quotedName(name: ByteText): ByteText {
  return `"${escapeName(name)}"`;
}
