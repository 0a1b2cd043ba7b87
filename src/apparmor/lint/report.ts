import type { Reference } from '../../core/finding.ts';
import type { Severity } from '../../core/severity.ts';
import type { Dialect, Profile, RulePlace } from '../language/syntax.ts';
import type { SensitivePath } from '../sensitive-paths.ts';
import type { Features } from './features.ts';

export interface LintOptions {
  readonly dialect: Dialect;
  /** What the kernel of the target enforces; absent where it isn't known. */
  readonly features?: Features;
  readonly sensitivePaths: readonly SensitivePath[];
  /** How much each rule of lint may compare per file; its limit where nothing is said. */
  readonly comparisonSteps?: number;
}

/** One thing that a rule of lint found. */
export interface Report {
  readonly place: RulePlace;
  /** The rule's text, or the head of the profile. */
  readonly subject: string;
  /** In one sentence, with what is special here. */
  readonly what: string;
  /** Where it isn't that of all of this kind. */
  readonly severity?: Severity;
  readonly safer?: string;
  /** What stands at the rule in its file; may hold waivers. */
  readonly comment?: string;
}

export interface LintFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly profile: Profile['name'];
  readonly place: RulePlace;
  readonly subject: string;
  readonly what: string;
  readonly why: string;
  readonly safer: string;
  readonly references: readonly Reference[];
  /** The reason that stands in the profile; such a finding doesn't fail. */
  readonly waived?: string;
}
