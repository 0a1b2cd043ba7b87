import type { Reference } from '../../core/finding.ts';
import type { Severity } from '../../core/severity.ts';
import type { LintContext } from './context.ts';
import type { Report } from './report.ts';

/** A kind of weakness in profiles. */
export interface LintRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  /** What to write instead. */
  readonly safer: string;
  readonly references: readonly Reference[];
  readonly check: (context: LintContext) => readonly Report[];
}
