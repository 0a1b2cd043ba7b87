import type { AuditReport } from './audit.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Plan } from './plan.ts';
import type { Verification } from './run.ts';

/** What one audit of many hosts found, sorted by the hosts' names. */
export interface FleetReport {
  readonly format: 'freehold.fleet/1';
  readonly tool: { readonly name: 'freehold'; readonly version: string };
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly hosts: readonly HostResult[];
}

/** How it went with one host. */
export type HostResult = HostIdentity &
  (
    | { readonly kind: 'audited'; readonly attempts: number; readonly report: AuditReport }
    /** It could not be looked at, or not to the end: nothing is known of it. */
    | { readonly kind: 'failed'; readonly attempts: number; readonly problems: readonly Diagnostic[] }
  );

export interface HostIdentity {
  /** How the inventory or the command line calls it; unique in a run. */
  readonly name: string;
  /** `ssh://admin@files.example.org`, `podman://legacy-app`, … */
  readonly address: string;
  /** The inventory's groups it is in, sorted. */
  readonly groups: readonly string[];
}

/** What would be changed on one machine. */
export type HostPlan = HostIdentity &
  (
    | { readonly kind: 'planned'; readonly plan: Plan }
    | { readonly kind: 'failed'; readonly problems: readonly Diagnostic[] }
  );

/** What became of one machine of many that a change was for. */
export type HostChange = HostIdentity & ChangeOutcome;

export type ChangeOutcome =
  | { readonly kind: 'changed'; readonly runId: string; readonly verification: Verification }
  /** It was as it should be. */
  | { readonly kind: 'unchanged' }
  /** Nothing was changed there, or it was taken back, or it was changed and that did not mend it. */
  | { readonly kind: 'failed'; readonly problems: readonly Diagnostic[] }
  /** Another machine failed before it was this one's turn, or the run was interrupted. */
  | { readonly kind: 'not-begun' };
