import type { ByteText } from '../../core/byte-text.ts';
import type { Rule } from '../language/syntax.ts';
import type { Widening } from './places.ts';
import type { PermissionBits } from './permissions.ts';
import type { Refused } from './replace.ts';
import type { RuleGroup } from './rule-text.ts';

/** What speaks for a rule. */
export interface Evidence {
  readonly runs: number;
  readonly ofRuns: number;
  /** Events. */
  readonly total: number;
  /** Distinct names. */
  readonly names: number;
  readonly firstMs?: number;
}

export interface LearnedRule {
  readonly group: RuleGroup;
  /** As it is written, with its comma. */
  readonly text: ByteText;
  /** What sorts it among others of its group. */
  readonly sortKey: ByteText;
  readonly evidence: Evidence;
  readonly widening: Widening;
  /** Of file rules: what it allows to whom. */
  readonly file?: { readonly pattern: ByteText; readonly bits: PermissionBits; readonly isOwner: boolean };
  readonly reason?: string;
}

/** The rules for one profile, child or hat. */
export interface LearnedBlock {
  readonly label: ByteText;
  /** The program of a child profile that is new; absent for what is there. */
  readonly newFor?: ByteText;
  readonly rules: readonly LearnedRule[];
}

/** What was seen and has no rule. */
export interface Uncovered {
  readonly label: ByteText;
  readonly what: ByteText;
  readonly reason: string;
  readonly total: number;
}

/** What a person has to say. */
export interface Decision {
  readonly kind: 'exec' | 'sensitive' | 'disconnected';
  readonly label: ByteText;
  readonly what: ByteText;
  readonly reason: string;
  /** What to type, or to write, for a yes. */
  readonly yes: string;
  readonly total: number;
}

/** Learned without one run and judged by it. */
export interface HeldOut {
  readonly run: string;
  readonly events: number;
  readonly denied: number;
  /** Of the denied ones, those that wait for a decision or have no rule at all: no further run would mend them. */
  readonly open: number;
  /** Some of what would be denied, sorted. */
  readonly examples: readonly ByteText[];
}

export interface AllowedSensitive {
  readonly id: string;
  readonly title: string;
  readonly rule: ByteText;
  /** Where it stands; absent for one that was learned. */
  readonly line?: string;
  /** A path that shows it; absent where that could not be worked out. */
  readonly example?: ByteText;
}

export type UnusedRules =
  { readonly kind: 'known'; readonly rules: readonly Rule[] } | { readonly kind: 'unknown'; readonly reason: string };

export interface Learned {
  readonly label: ByteText;
  readonly blocks: readonly LearnedBlock[];
  readonly ruleCount: number;
  readonly runs: readonly string[];
  readonly events: number;
  /** Events of other profiles in the same logs. */
  readonly otherEvents: number;
  readonly decisions: readonly Decision[];
  readonly uncovered: readonly Uncovered[];
  readonly refused: readonly Refused[];
  readonly heldOut: readonly HeldOut[];
  readonly sensitive: readonly AllowedSensitive[];
  readonly unused: UnusedRules;
  readonly notes: readonly string[];
}
