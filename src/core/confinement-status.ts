import type { Facts } from '../host/host.ts';

/** What is confined on a machine, and what isn't: what `freehold confine status` shows. Sorted. */
export interface ConfinementStatus {
  readonly format: 'freehold.confinement/1';
  readonly host: Facts;
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  /** Whether AppArmor is at work; `null` where that can't be seen. */
  readonly isActive: boolean | null;
  readonly programs: readonly ConfinedProgram[];
  /** Programs that listen on the network, or have rights of their own, without a profile. */
  readonly unconfined: readonly UnconfinedProgram[];
  /** What could not be seen, one sentence each. */
  readonly unknown: readonly string[];
}

/** A program with its profile: one that is on the machine, or that the blueprint names. */
export interface ConfinedProgram {
  /** The path that the blueprint names, else the pattern that the profile attaches to; `null` for one that is only entered from another. */
  readonly program: string | null;
  /** `null` where there is none. */
  readonly profile: string | null;
  /** `enforce`, `complain` …, `none` where it isn't loaded; `null` where it isn't known, or nothing runs. */
  readonly now: string | null;
  readonly atNextBoot: string | null;
  /** What the blueprint wishes. */
  readonly wished: string | null;
  /** Its file with the line that it begins on. */
  readonly where: { readonly path: string; readonly line?: number } | null;
  /** Running processes in the profile, and processes of its programs that run without any; `null` where they can't be seen. */
  readonly processes: { readonly confined: number; readonly unconfined: number } | null;
  /** Where its processes listen. */
  readonly listens: readonly string[];
  /** In complain mode: since when as it is now; else when it was loaded last. UTC, ISO 8601. */
  readonly since: string | null;
  /** What is missing before it is enforced. */
  readonly waitsFor: readonly string[];
}

export interface UnconfinedProgram {
  readonly program: string;
  /** `listens on tcp 0.0.0.0:22 (ssh.service)`, `setuid root`. */
  readonly why: readonly string[];
  /** The blueprint allows it. */
  readonly isAllowed: boolean;
}
