import { type FileLikeRule, isFileLike, ownerOf, permissionsOf } from '../granted.ts';
import { shown } from '../../core/byte-text.ts';
import type { Found } from '../pattern/compare.ts';
import type { FilePermission } from '../access.ts';
import type { Profile, Rule } from '../language/syntax.ts';
import type { Pattern } from '../pattern/pattern.ts';
import type { PatternStore } from '../pattern/pattern-store.ts';
import type { LintOptions, Report } from './report.ts';

/** A rule about files with what it means. */
export interface PreparedRule {
  readonly rule: FileLikeRule;
  readonly permissions: ReadonlySet<FilePermission>;
  readonly pattern: Pattern;
}

/** One profile, with what all rules of lint ask of it. */
export interface LintContext {
  readonly profile: Profile;
  readonly parent?: Profile;
  /** All profiles at hand, hats and children as well. */
  readonly all: readonly Profile[];
  readonly options: LintOptions;
  /** Of all profiles. */
  readonly patterns: PatternStore;
  readonly allowed: readonly PreparedRule[];
  readonly denied: readonly PreparedRule[];
  /** Rules whose pattern is none. */
  readonly unclear: readonly { readonly rule: FileLikeRule; readonly message: string }[];
}

/** `/{**,}`: what `file,` speaks of (parser_yacc.y). */
const EVERYTHING = { written: '/{**,}', expanded: ['/{**,}'] };

export function prepare(profile: Profile, patterns: PatternStore): Pick<LintContext, 'allowed' | 'denied' | 'unclear'> {
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
  return { allowed, denied, unclear };
}

/** Rules that let one of some things be done. */
export function allowing(context: LintContext, ...permissions: readonly FilePermission[]): readonly PreparedRule[] {
  return context.allowed.filter((one) => permissions.some((permission) => one.permissions.has(permission)));
}

/** What is denied whatever a rule allows: for all files, at its priority or over it. */
export function deniedPatterns(
  { denied, patterns }: LintContext,
  permission: FilePermission,
  allowed: FileLikeRule,
): readonly Pattern[] {
  const owner = ownerOf(allowed);
  const found = denied
    .filter(({ rule, permissions }) => permissions.has(permission) && rule.priority >= allowed.priority)
    .filter(({ rule }) => ownerOf(rule) === 'any' || ownerOf(rule) === owner)
    .map(({ pattern }) => pattern);
  return found.length === 0 ? [] : [patterns.union(found)];
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
  return { place: profile.place, subject: `${profile.kind} ${profile.name}`, what, ...more };
}
