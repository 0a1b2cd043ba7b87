import { compareBytes } from '../../core/byte-text.ts';
import type { Profile } from '../language/syntax.ts';
import { PatternStore } from '../pattern/pattern-store.ts';
import { prepare } from './context.ts';
import type { LintRule } from './lint-rule.ts';
import type { LintFinding, LintOptions, Report } from './report.ts';
import { LINT_RULES } from './rules/index.ts';
import { waiversOf } from './waiver.ts';
import { WAIVER_WITHOUT_REASON } from './waiver-rules.ts';

interface Family {
  readonly profile: Profile;
  readonly parent?: Profile;
}

/** What is weak in some profiles, by place; findings that a comment waives are among them. */
export function lintPolicy(profiles: readonly Profile[], options: LintOptions): readonly LintFinding[] {
  const families = profiles.flatMap((profile) => familyOf({ profile }));
  const all = families.map(({ profile }) => profile);
  const patterns = new PatternStore();
  const findings = families.flatMap((family) => {
    const context = { ...family, all, options, patterns, ...prepare(family.profile, patterns) };
    const found = LINT_RULES.flatMap((rule) =>
      rule.check(context).map((report) => findingOf(report, { rule, profile: family.profile })),
    );
    return [...found, ...unexplainedWaivers(family.profile)];
  });
  return unique(findings).toSorted(compareFindings);
}

function familyOf(family: Family): readonly Family[] {
  const parent = family.profile;
  return [family, ...parent.children.flatMap((profile) => familyOf({ profile, parent }))];
}

interface FoundBy {
  readonly rule: Omit<LintRule, 'check'>;
  readonly profile: Profile;
}

function findingOf(
  { place, subject, what, severity, safer, comment }: Report,
  { rule, profile }: FoundBy,
): LintFinding {
  const waiver = waiversOf(comment).find(({ id, reason }) => id === rule.id && reason !== '');
  return {
    id: rule.id,
    severity: severity ?? rule.severity,
    profile: profile.name,
    place,
    subject,
    what,
    why: rule.why,
    safer: safer ?? rule.safer,
    references: rule.references,
    ...(waiver !== undefined && { waived: waiver.reason }),
  };
}

/** A weakness that somebody accepted must say why; nobody else can judge it later. */
function unexplainedWaivers(profile: Profile): readonly LintFinding[] {
  return profile.rules.flatMap(({ place, text, comment }) =>
    waiversOf(comment)
      .filter(({ id, reason }) => reason === '' || LINT_RULES.every((rule) => rule.id !== id))
      .map(({ id, reason }) => {
        const what = reason === '' ? `accepts ${id} without a reason` : `accepts ${id}, which is no rule of lint`;
        return findingOf({ place, subject: text, what }, { rule: WAIVER_WITHOUT_REASON, profile });
      }),
  );
}

/** An abstraction that many profiles include is found weak once for each of them, but not twice for one. */
function unique(findings: readonly LintFinding[]): readonly LintFinding[] {
  return [
    ...new Map(findings.map((one) => [JSON.stringify([one.id, one.profile, one.place, one.what]), one])).values(),
  ];
}

function compareFindings(a: LintFinding, b: LintFinding): number {
  return (
    compareBytes(a.place.path, b.place.path) ||
    a.place.line - b.place.line ||
    compareBytes(a.profile, b.profile) ||
    compareBytes(a.id, b.id) ||
    compareBytes(a.what, b.what)
  );
}
