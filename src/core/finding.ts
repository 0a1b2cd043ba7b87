import type { Change } from './change.ts';
import type { Json } from './json.ts';
import type { Severity } from './severity.ts';

/** The answer of one comparison. `unknown` and `not-applicable` always carry a {@link Finding.reason}. */
export const OUTCOMES = ['pass', 'fail', 'unknown', 'not-applicable'] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** A published recommendation that asks for the same thing. */
export interface Reference {
  /** The document: `CIS Debian Linux 12 Benchmark`. */
  readonly source: string;
  /** Its item: `3.3.1`. */
  readonly item: string;
  /** The edition that was read: `v1.1.0`. */
  readonly version?: string;
  readonly url?: string;
}

/** The very place that decides; `line` counts from 1. */
export interface Location {
  readonly path: string;
  readonly line?: number;
}

/**
 * What would make a failing finding pass: changes Freehold can make, why only a person can, or nothing more than a reboot
 * because everything else is done.
 */
export type Remedy =
  | { readonly kind: 'changes'; readonly changes: readonly Change[] }
  | { readonly kind: 'manual'; readonly instruction: string }
  | { readonly kind: 'reboot' };

/** One thing that was compared with the blueprint. */
export interface Finding {
  /** Stable from run to run: `kernel/sysctl/net.ipv4.ip_forward`. */
  readonly id: string;
  readonly outcome: Outcome;
  readonly severity: Severity;
  /** What was checked, without the result: `IPv4 forwarding (net.ipv4.ip_forward)`. */
  readonly title: string;
  /** What was found, in one sentence: `is 1 now and at the next boot; wanted 0`. */
  readonly summary: string;
  /** Why it matters. */
  readonly why: string;
  /** What making it pass may break, where that is known. */
  readonly mayBreak?: string;
  readonly expected: Json;
  readonly observed: Json;
  /** Why nothing can be said; always there for `unknown` and `not-applicable`. */
  readonly reason?: string;
  readonly where?: Location;
  readonly references: readonly Reference[];
  readonly remedy?: Remedy;
}
