import type { SourcePosition } from './diagnostic.ts';
import type { Reference } from './finding.ts';
import type { Severity } from './severity.ts';

/** A weakness of a profile, where it stands. */
export interface PolicyFinding {
  /** `confinement/lint/write-and-execute`: a topic of `freehold explain`. */
  readonly id: string;
  readonly severity: Severity;
  readonly profile: string;
  readonly where: SourcePosition & { readonly line: number };
  /** The include lines through which it came there, the outermost first. */
  readonly includedFrom: readonly SourcePosition[];
  readonly subject: string;
  readonly what: string;
  readonly why: string;
  readonly safer: string;
  readonly references: readonly Reference[];
  /** Why somebody accepts it; absent where nobody does. */
  readonly waived?: string;
}

/** What lint found in some profiles; sorted by place. */
export interface LintReport {
  readonly format: 'freehold.lint/1';
  readonly tool: { readonly name: 'freehold'; readonly version: string };
  readonly files: readonly string[];
  readonly profiles: number;
  readonly findings: readonly PolicyFinding[];
}
