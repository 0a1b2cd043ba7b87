import type { Finding, Outcome } from './finding.ts';
import type { Facts } from '../host/host.ts';
import type { Severity } from './severity.ts';
import type { Waiver } from './waiver.ts';

/** What one audit found: the data that every report renders. Sorted: two audits of the same state are equal but for time. */
export interface AuditReport {
  readonly format: 'freehold.audit/1';
  readonly tool: { readonly name: 'freehold'; readonly version: string };
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly host: Facts;
  readonly blueprint: BlueprintIdentity;
  readonly domains: readonly DomainSummary[];
  /** Sorted by domain, then id. */
  readonly findings: readonly AuditedFinding[];
  readonly summary: Tally;
}

/** Which wish the machine was held against. */
export interface BlueprintIdentity {
  readonly name: string;
  readonly path: string;
  /** The presets and files it extends, in the order they were merged. */
  readonly extends: readonly string[];
  /** `sha256:` of the merged policy in canonical JSON. */
  readonly digest: string;
}

export type AuditedOutcome = Outcome | 'waived';

/** A finding after the engine looked at the waivers; a `waived` one failed or was unknown. */
export interface AuditedFinding extends Omit<Finding, 'outcome'> {
  readonly domain: string;
  readonly outcome: AuditedOutcome;
  readonly waiver?: Waiver;
}

export interface DomainSummary {
  readonly id: string;
  readonly title: string;
  readonly tally: Tally;
  /** Set when the domain itself broke: its findings are then `unknown` and the process exits 3. */
  readonly error?: string;
}

export interface Tally {
  readonly outcomes: Readonly<Record<AuditedOutcome, number>>;
  /** Failing findings by severity. */
  readonly failing: Readonly<Record<Severity, number>>;
}
