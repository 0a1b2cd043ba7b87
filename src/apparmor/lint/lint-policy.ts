import { brief, compareBytes } from '../../core/byte-text.ts';
import { compareSeverity } from '../../core/severity.ts';
import type { Profile, Rule } from '../language/syntax.ts';
import type { Effort } from '../pattern/compare.ts';
import { PatternStore } from '../pattern/pattern-store.ts';
import { prepare, reportOnProfile } from './context.ts';
import { enteredBy } from './entered.ts';
import { COMPARISON_STEPS_LIMIT, FINDINGS_LIMIT, SHOWN_LIMIT_CHARACTERS } from './limits.ts';
import type { LintRule } from './lint-rule.ts';
import { NOT_COMPARED, reportNotCompared } from './not-compared.ts';
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
  const patterns = new PatternStore();
  const isEntered = enteredBy(
    families.map(({ profile }) => profile),
    patterns,
  );
  const efforts = new Efforts(options.comparisonSteps ?? COMPARISON_STEPS_LIMIT);
  const findings = families.flatMap((family) => {
    const { profile } = family;
    const context = { ...family, isEntered, options, patterns, ...prepare(profile, patterns) };
    const found = LINT_RULES.flatMap((rule) => {
      const notCompared = new Set<Rule | Profile>();
      const reports = rule.check({ ...context, notCompared, effort: efforts.of(profile.place.path, rule.id) });
      return [
        ...limited(reports.map((report) => findingOf(report, { rule, profile }))),
        ...reportNotCompared(notCompared, { profile, rule }).map((report) =>
          findingOf(report, { rule: NOT_COMPARED, profile }),
        ),
      ];
    });
    return [...found, ...limited(unexplainedWaivers(profile))];
  });
  return unique(findings).toSorted(compareFindings);
}

/** Each file has its own for each rule of lint, so that no other one's patterns are what is left out. */
class Efforts {
  readonly #steps: number;
  readonly #known = new Map<string, Effort>();

  constructor(steps: number) {
    this.#steps = steps;
  }

  of(path: string, id: LintRule['id']): Effort {
    const key = `${id}\0${path}`;
    const effort = this.#known.get(key) ?? { left: this.#steps };
    this.#known.set(key, effort);
    return effort;
  }
}

/** Nobody reads more of one kind in one profile; the last that is said stands for the others, as bad as the worst of them. */
function limited(findings: readonly LintFinding[]): readonly LintFinding[] {
  if (findings.length <= FINDINGS_LIMIT) return findings;
  const sorted = findings.toSorted(compareFindings);
  const rest = sorted.slice(FINDINGS_LIMIT - 1);
  const [worst, ...others] = rest.toSorted(
    (a, b) =>
      Number(a.waived !== undefined) - Number(b.waived !== undefined) || compareSeverity(b.severity, a.severity),
  );
  if (worst === undefined) return sorted;
  return [
    ...sorted.slice(0, FINDINGS_LIMIT - 1),
    { ...worst, what: `${worst.what} (and ${String(others.length)} more like this)` },
  ];
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
    profile: brief(profile.name, SHOWN_LIMIT_CHARACTERS),
    place,
    subject: brief(subject, SHOWN_LIMIT_CHARACTERS),
    what: brief(what, SHOWN_LIMIT_CHARACTERS),
    why: rule.why,
    safer: safer ?? rule.safer,
    references: rule.references,
    ...(waiver !== undefined && { waived: waiver.reason }),
  };
}

/** A weakness that somebody accepted must say why; nobody else can judge it later. */
function unexplainedWaivers(profile: Profile): readonly LintFinding[] {
  const head = reportOnProfile(profile, '');
  const commented = [{ place: head.place, text: head.subject, comment: head.comment }, ...profile.rules];
  return commented.flatMap(({ place, text, comment }) =>
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
