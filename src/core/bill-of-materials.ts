import type { VexStatement } from './advisory.ts';
import type { Severity } from './severity.ts';

/** What is installed on a machine and named by its lock files, with what is known against it. */
export interface BillOfMaterials {
  readonly machine: {
    readonly address: string;
    readonly hostname: string;
    /** `debian`, `12`, `x86_64`: as the machine says; empty where it doesn't. */
    readonly os: string;
    readonly osVersion: string;
    readonly arch: string;
  };
  readonly tool: { readonly name: string; readonly version: string };
  /** UTC, ISO 8601. */
  readonly createdAt: string;
  readonly judgedBy: BilledKnowledge;
  /** Sorted by path. */
  readonly places: readonly BilledPlace[];
  /** What could not be looked at as a whole; empty where everything could. */
  readonly problems: readonly string[];
}

/** What the vulnerabilities are taken from; without advisories none is named, and that says nothing of the components. */
export type BilledKnowledge =
  | {
      readonly kind: 'advisories';
      /** Sorted by origin. */
      readonly sources: readonly { readonly origin: string; readonly readAt: string }[];
      /** Ecosystems that no advisory is about: of their components nothing is known. Sorted. */
      readonly uncovered: readonly string[];
    }
  | { readonly kind: 'none'; readonly reason: string };

/** One place where components are installed or named together. */
export interface BilledPlace {
  /** `python-environment`, `lock-file` …: what kind of place it is. */
  readonly kind: string;
  readonly path: string;
  /** Sorted by key. */
  readonly components: readonly BilledComponent[];
  /** What could not be read of it; empty where all of it could. */
  readonly problems: readonly string[];
}

export interface BilledComponent {
  /** Tells it from the others of its place. */
  readonly key: string;
  /** As OSV spells it: `PyPI`. */
  readonly ecosystem: string;
  /** As it is written there. */
  readonly name: string;
  readonly version: string | undefined;
  /** Package URL (ECMA-427); absent where nothing tells which package it is. */
  readonly purl?: string;
  /** Where it was fetched from, if not from the ecosystem's own registry. */
  readonly origin?: string;
  readonly isDirect?: boolean;
  readonly isDevelopment?: boolean;
  /** Keys of those it needs, in the same place. */
  readonly requires: readonly string[];
  /** Sorted by id. */
  readonly vulnerabilities: readonly BilledVulnerability[];
}

/** One weakness of one component, whatever names it was published under. */
export interface BilledVulnerability {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly severity: Severity;
  readonly score?: number;
  /** The CVSS vector that the score is of. */
  readonly vector?: string;
  readonly fixedIn?: string;
  /** What to do about it, in one sentence. */
  readonly advice: string;
  /** Ids of the advisories that say so. */
  readonly advisories: readonly string[];
  /** `unknown`: the version can't be compared. */
  readonly verdict: 'affected' | 'unknown';
  /** What a supplier says about it. */
  readonly statement?: VexStatement;
  /** Somebody took the responsibility for leaving it. */
  readonly waiver?: { readonly reason: string; readonly owner: string; readonly expires: string };
}
