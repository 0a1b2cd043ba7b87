import { type FileLikeRule, isFileLike, permissionsOf } from '../granted.ts';
import { shown } from '../../core/byte-text.ts';
import type { Effort, Found } from '../pattern/compare.ts';
import type { FilePermission } from '../access.ts';
import type { Profile, Rule } from '../language/syntax.ts';
import type { Pattern } from '../pattern/pattern.ts';
import type { PatternStore } from '../pattern/pattern-store.ts';
import { allowanceOf, type Allowance, Denials } from './denials.ts';
import type { PreparedRule } from './prepared-rule.ts';
import type { LintOptions, Report } from './report.ts';

/** One profile, with what all rules of lint ask of it. */
export interface LintContext {
  readonly profile: Profile;
  readonly parent?: Profile;
  /** Whether a profile at hand, a hat or child as well, names it as one to go on in. */
  readonly isEntered: (name: Profile['name']) => boolean;
  readonly options: LintOptions;
  /** Of all profiles. */
  readonly patterns: PatternStore;
  readonly allowed: readonly PreparedRule[];
  readonly denied: readonly PreparedRule[];
  readonly denials: Denials;
  /** What one rule of lint may still spend on the policy. */
  readonly effort: Effort;
  /** What the effort did not suffice for. */
  readonly notCompared: Set<Rule | Profile>;
  /** Rules whose pattern is none. */
  readonly unclear: readonly { readonly rule: FileLikeRule; readonly message: string }[];
}

/** `/{**,}`: what `file,` speaks of (parser_yacc.y). */
const EVERYTHING = { written: '/{**,}', expanded: ['/{**,}'] };

export type Prepared = Pick<LintContext, 'allowed' | 'denied' | 'denials' | 'unclear'>;

export function prepare(profile: Profile, patterns: PatternStore): Prepared {
  const allowed: PreparedRule[] = [];
  const denied: PreparedRule[] = [];
  const unclear: { rule: FileLikeRule; message: string }[] = [];
  for (const rule of profile.rules.filter(isFileLike)) {
    const path = rule.kind === 'all' ? undefined : rule.path;
    const parsed = patterns.parseAll(path ?? EVERYTHING);
    if (parsed.kind === 'problem') unclear.push({ rule, message: parsed.message });
    else
      (rule.effect === 'deny' ? denied : allowed).push({
        rule,
        permissions: permissionsOf(rule),
        pattern: parsed.pattern,
      });
  }
  return { allowed, denied, denials: new Denials(denied, patterns), unclear };
}

/** Rules that let one of some things be done. */
export function allowing(
  { allowed }: Pick<LintContext, 'allowed'>,
  ...permissions: readonly FilePermission[]
): readonly PreparedRule[] {
  return allowed.filter((one) => permissions.some((permission) => one.permissions.has(permission)));
}

export interface SoughtPath {
  /** What the rules match, and what else the path must match. */
  readonly inAll: readonly [Pattern, Pattern];
  readonly inNone?: readonly Pattern[];
  /** What must not be denied. */
  readonly allowances: readonly Allowance[];
}

/** A path that rules reach and no denial; none, with the rule remembered, where the effort is spent. */
export function findPath(context: LintContext, rule: Rule, { inAll, inNone = [], allowances }: SoughtPath): Found {
  const { patterns, effort, denials, notCompared } = context;
  // Most patterns do not meet, whatever is denied.
  const meeting = patterns.find({ inAll, effort });
  if (meeting.kind === 'none') return meeting;
  const denied = allowances.map((allowance) => denials.within(inAll[0], allowance, effort));
  const except = [...inNone, ...denied.flatMap((one) => one ?? [])];
  const found = except.length === 0 ? meeting : patterns.find({ inAll, inNone: except, effort });
  if (denied.every((one) => one !== undefined) && (found.kind !== 'unknown' || found.isSpent !== true)) return found;
  notCompared.add(rule);
  return { kind: 'none' };
}

/** A path of a place that a rule allows something with; `undefined` where there is none. */
export function reachedPath(
  context: LintContext,
  { rule, pattern }: PreparedRule,
  { place, permission }: { readonly place: Pattern; readonly permission: FilePermission },
): string | undefined {
  return namedPath(findPath(context, rule, { inAll: [pattern, place], allowances: [allowanceOf(permission, [rule])] }));
}

/** Rules of some kinds that allow, with all that TypeScript knows of them. */
export function allowRules<Kind extends Rule['kind']>(
  { profile }: LintContext,
  ...kinds: readonly Kind[]
): readonly Extract<Rule, { readonly kind: Kind }>[] {
  const isOne = (rule: Rule): rule is Extract<Rule, { readonly kind: Kind }> =>
    kinds.some((kind) => kind === rule.kind);
  return profile.rules.filter(isOne).filter(({ effect }) => effect !== 'deny');
}

/** The path that was found, or that none could be ruled out; `undefined` where there is none. */
export function namedPath(found: Found): string | undefined {
  if (found.kind === 'none') return undefined;
  return found.kind === 'text' ? shown(found.text) : `cannot be ruled out: ${found.reason}`;
}

export function reportOn(rule: Rule, what: string, more: Partial<Report> = {}): Report {
  return {
    place: rule.place,
    subject: rule.text,
    what,
    ...(rule.comment !== undefined && { comment: rule.comment }),
    ...more,
  };
}

export function reportOnProfile(profile: Profile, what: string, more: Partial<Report> = {}): Report {
  const { kind, name, place, comment } = profile;
  return { place, subject: `${kind} ${name}`, what, ...(comment !== undefined && { comment }), ...more };
}
