import type { ByteText } from '../core/byte-text.ts';
import type { FilePermission, FileQuestion } from './access.ts';
import { type FileLikeRule, isFileLike, ownerOf, permissionsOf } from './granted.ts';
import { isAtLeast } from './language/dialect.ts';
import type { Dialect, Profile, Rule } from './language/syntax.ts';
import { type ExactOptions, isExact, matches, parsePatternText, type Pattern } from './pattern/pattern.ts';

export type RulesQuestion =
  | ({ readonly kind: 'file' } & FileQuestion)
  | { readonly kind: 'capability'; readonly capability: string }
  | { readonly kind: 'network'; readonly family: string; readonly type: string };

/** What the source says about one permission, and which rules say it. */
export interface Decision {
  /** A {@link FilePermission}, the name of a capability, or `create` and all else of a socket. */
  readonly permission: string;
  /** `conflict`: the parser refuses such a profile. `unknown`: a rule could not be judged, and it may decide. */
  readonly verdict: 'allowed' | 'denied' | 'not-allowed' | 'conflict' | 'unknown';
  /** The ones without which it would be otherwise; none for `not-allowed`. */
  readonly rules: readonly Rule[];
  readonly reason?: string;
}

export interface RulesAnswer {
  /** All rules that match, in the order of the source. */
  readonly allow: readonly Rule[];
  readonly deny: readonly Rule[];
  readonly decides: readonly Decision[];
}

/** Which rules of a profile say what a program may do: by the source alone, hats and children are asked by themselves. */
export function rulesFor(profile: Profile, question: RulesQuestion, dialect: Dialect): RulesAnswer {
  switch (question.kind) {
    case 'file':
      return fileRulesFor(profile.rules, question, dialect);
    case 'capability':
      return plainAnswer(
        question.capability,
        profile.rules.filter((rule) => speaksOfCapability(rule, question)),
      );
    case 'network':
      return plainAnswer(
        'all',
        profile.rules.filter((rule) => speaksOfNetwork(rule, question)),
      );
  }
}

interface Matched {
  readonly rule: FileLikeRule;
  readonly permissions: ReadonlySet<FilePermission>;
  readonly isExact: boolean;
}

function fileRulesFor(
  rules: readonly Rule[],
  { path, isOwner, permissions }: FileQuestion,
  dialect: Dialect,
): RulesAnswer {
  const options = { isClassExact: isAtLeast(dialect, '4.0') };
  const matched: Matched[] = [];
  const unclear: Matched[] = [];
  for (const rule of rules.filter(isFileLike)) {
    const owner = ownerOf(rule);
    if (owner !== 'any' && (owner === 'owner') !== isOwner) continue;
    const granted = permissionsOf(rule);
    if (!permissions.some((one) => granted.has(one))) continue;
    const parsed = patternOf(rule, options);
    if (parsed === 'everything') matched.push({ rule, permissions: granted, isExact: false });
    else if (parsed === undefined) unclear.push({ rule, permissions: granted, isExact: false });
    else {
      const exact = parsed.find(({ pattern }) => beginsAs(pattern, path) && matches(pattern, path));
      if (exact !== undefined) matched.push({ rule, permissions: granted, isExact: exact.isExact });
    }
  }
  const found = matched.map(({ rule }) => rule);
  return {
    allow: found.filter(({ effect }) => effect === 'allow'),
    deny: found.filter(({ effect }) => effect === 'deny'),
    decides: permissions.map((permission) => decideFile(permission, { matched, unclear })),
  };
}

/** Most rules are told to be about something else by how they begin, without an automaton. */
function beginsAs({ prefixes }: Pattern, path: ByteText): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix));
}

interface Expanded {
  readonly pattern: Pattern;
  readonly isExact: boolean;
}

/** Each value of a rule's variables is a rule of its own to the parser, exact or not. */
function patternOf(rule: FileLikeRule, options: ExactOptions): readonly Expanded[] | 'everything' | undefined {
  if (rule.kind === 'all' || rule.path === undefined) return 'everything';
  const found: Expanded[] = [];
  for (const expanded of rule.path.expanded) {
    const parsed = parsePatternText({ written: rule.path.written, expanded: [expanded] });
    if (parsed.kind === 'problem') return undefined;
    found.push({ pattern: parsed.pattern, isExact: isExact(parsed.pattern, options) });
  }
  // An exact one decides where several match.
  return found.toSorted((a, b) => Number(b.isExact) - Number(a.isExact));
}

function decideFile(
  permission: FilePermission,
  { matched, unclear }: { readonly matched: readonly Matched[]; readonly unclear: readonly Matched[] },
): Decision {
  const speaking = matched.filter(({ permissions }) => permissions.has(permission));
  const highest = highestOf(speaking.map(({ rule }) => rule));
  const winning = speaking.filter(({ rule }) => rule.priority === highest);
  const denying = winning.filter(({ rule }) => rule.effect === 'deny').map(({ rule }) => rule);
  const open = unclear.filter(({ rule, permissions }) => permissions.has(permission) && rule.priority >= highest);
  // Nothing beats a denial but a higher priority.
  const isOpen = open.some(({ rule }) => denying.length === 0 || rule.priority > highest || speaking.length === 0);
  if (isOpen) {
    return {
      permission,
      verdict: 'unknown',
      rules: open.map(({ rule }) => rule),
      reason: 'a pattern is not understood',
    };
  }
  if (denying.length > 0) return { permission, verdict: 'denied', rules: denying };
  if (winning.some(({ rule }) => rule.effect === 'prompt')) {
    const rules = winning.map(({ rule }) => rule);
    return { permission, verdict: 'unknown', rules, reason: 'the answer is asked for when it happens (prompt)' };
  }
  if (winning.length === 0) return { permission, verdict: 'not-allowed', rules: [] };
  return permission === 'x' ? decideExecution(winning) : allowed(permission, winning);
}

/** Rules may be more than a call takes arguments. */
function highestOf(rules: readonly Rule[]): number {
  return rules.reduce((highest, { priority }) => Math.max(highest, priority), -Infinity);
}

function allowed(permission: string, winning: readonly Matched[]): Decision {
  return { permission, verdict: 'allowed', rules: winning.map(({ rule }) => rule) };
}

/** An exact path says how, before globs do; of the same kind all must say the same (libapparmor_re/hfa.cc: accept_perms). */
function decideExecution(winning: readonly Matched[]): Decision {
  const exact = winning.filter((one) => one.isExact);
  const deciding = exact.length > 0 ? exact : winning;
  const ways = new Set(deciding.map(({ rule }) => wayOf(rule)));
  if (ways.size === 1) return allowed('x', deciding);
  const rules = deciding.map(({ rule }) => rule);
  return { permission: 'x', verdict: 'conflict', rules, reason: 'they say different ways to execute' };
}

function wayOf(rule: FileLikeRule): string {
  if (rule.kind !== 'file' || rule.exec === undefined) return 'inherit';
  const { to, fallback, isUnsafe, target } = rule.exec;
  return JSON.stringify([to, fallback ?? null, isUnsafe, target ?? null]);
}

function speaksOfCapability(rule: Rule, { capability }: { readonly capability: string }): boolean {
  if (rule.kind === 'all') return true;
  return rule.kind === 'capability' && (rule.capabilities.length === 0 || rule.capabilities.includes(capability));
}

function speaksOfNetwork(rule: Rule, { family, type }: { readonly family: string; readonly type: string }): boolean {
  if (rule.kind === 'all') return true;
  if (rule.kind !== 'network') return false;
  return (rule.family === undefined || rule.family === family) && (rule.type === undefined || rule.type === type);
}

/** For what has no patterns. A rule with conditions or some kinds of access speaks of a part only, and may or may not decide. */
function plainAnswer(permission: string, speaking: readonly Rule[]): RulesAnswer {
  const allow = speaking.filter(({ effect }) => effect === 'allow');
  const deny = speaking.filter(({ effect }) => effect === 'deny');
  return { allow, deny, decides: [decidePlain(permission, speaking)] };
}

function decidePlain(permission: string, speaking: readonly Rule[]): Decision {
  const highest = highestOf(speaking);
  const winning = speaking.filter(({ priority }) => priority === highest);
  const isPartial = (rule: Rule): boolean =>
    rule.effect === 'prompt' ||
    (rule.kind === 'network' && (rule.access.length > 0 || rule.conditions.length > 0 || rule.protocol !== undefined));
  const denying = winning.filter((rule) => rule.effect === 'deny' && !isPartial(rule));
  if (denying.length > 0) return { permission, verdict: 'denied', rules: denying };
  const partial = winning.filter(isPartial);
  const whole = winning.filter((rule) => !isPartial(rule));
  if (whole.length > 0 && partial.every(({ effect }) => effect === 'allow')) {
    return { permission, verdict: 'allowed', rules: whole };
  }
  if (partial.length > 0) {
    return { permission, verdict: 'unknown', rules: partial, reason: 'it depends on more than the question says' };
  }
  return { permission, verdict: 'not-allowed', rules: [] };
}
