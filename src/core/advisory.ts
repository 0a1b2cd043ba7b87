/** What is kept of one advisory: what a verdict needs, and what a person reads first. */
export interface Advisory {
  /** `PYSEC-2023-74`, `GHSA-…`, `CVE-…`, `DSA-…`. */
  readonly id: string;
  /** The same vulnerability under other names. */
  readonly aliases: readonly string[];
  /** One line; the beginning of the details where a record has no summary. */
  readonly summary: string;
  /** The summary, or all of the details where a record has none; as published, so for machines. */
  readonly description: string;
  /** RFC 3339, UTC. */
  readonly modified: string;
  readonly scores: readonly SeverityScore[];
  readonly packages: readonly AffectedPackage[];
}

export interface AffectedPackage {
  /** As OSV spells it: `PyPI`, `npm`, `Debian:12`. */
  readonly ecosystem: string;
  readonly name: string;
  readonly affected: Affected<readonly string[]>;
  /** What holds for this package alone. */
  readonly scores: readonly SeverityScore[];
}

export interface SeverityScore {
  /** `CVSS_V2`, `CVSS_V3`, `CVSS_V4`, `Ubuntu` …: what the score is written in. */
  readonly type: string;
  readonly score: string;
}

/** Which versions of one package an advisory is about, as OSV says it (https://ossf.github.io/osv-schema/). */
export interface Affected<Names extends VersionNames = VersionNames> {
  /** Versions by name, whatever the ranges say. */
  readonly versions: Names;
  readonly ranges: readonly AffectedRange[];
}

/** A list that is only asked: advisories name some hundred versions each, and most lists are never gone through. */
export interface VersionNames {
  /** Whether this is one of them, in the one spelling that its ecosystem has for it. */
  includes(name: string): boolean;
}

/** Events of one range, in the order in which they were written. */
export interface AffectedRange {
  readonly events: readonly RangeEvent[];
  /** Nothing at or after every one of these is affected; empty: there is no such limit. `*` is no limit either. */
  readonly limits: readonly string[];
}

export interface RangeEvent {
  readonly kind: 'introduced' | 'fixed' | 'last-affected';
  readonly version: string;
}

/** An advisory about one package that was asked for. */
export interface AdvisoryHit extends Omit<Advisory, 'packages'> {
  readonly affected: Affected;
  /** The origin of the source it was taken from. */
  readonly source: string;
  /** Somebody was seen exploiting it: CISA's catalogue of known exploited vulnerabilities. */
  readonly exploited?: { readonly since: string; readonly isByRansomware: boolean };
  /** How likely it is to be exploited within 30 days, from 0 to 1, and the share of vulnerabilities that are less likely: FIRST's EPSS. */
  readonly exploitation?: { readonly probability: number; readonly percentile: number };
}

/** What a supplier says about one vulnerability in one product: VEX, Vulnerability Exploitability eXchange. */
export interface VexStatement {
  readonly status: VexStatus;
  /** Why it is not affected, in the words of the document's format: `vulnerable_code_not_in_execute_path`. */
  readonly justification?: string;
  /** What a person is told about it: why, or what to do; one line. */
  readonly text?: string;
  /** When it was said: RFC 3339, UTC. */
  readonly timestamp?: string;
  /** What it is said of, where that is not the package by itself but something that it is in: a package URL or another identifier. */
  readonly product?: string;
  /** The document that says so, by its own name, else by that of its file. */
  readonly document?: string;
  /** The origin of the source that the document is of. */
  readonly source: string;
}

export type VexStatus = 'not-affected' | 'affected' | 'fixed' | 'under-investigation';

/** A statement with what tells which weakness of which packages it is about. */
export interface ScopedStatement extends VexStatement {
  /** Every name that the weakness has there. */
  readonly vulnerabilities: readonly string[];
  readonly products: readonly VexProduct[];
}

/** What a statement is about. */
export interface VexComponent {
  /** Package URLs in their canonical form, and other identifiers: any of them tells that it is this. */
  readonly identifiers: readonly string[];
}

export interface VexProduct extends VexComponent {
  /** What in it the statement is about; empty: all of it. */
  readonly subcomponents: readonly VexComponent[];
}

/** Where a part of the advisories comes from. */
export interface AdvisorySource {
  /** The path or address it was read from. */
  readonly origin: string;
  readonly kind: 'osv' | 'kev' | 'epss' | 'vex';
  /** When it was last read: UTC, ISO 8601. */
  readonly readAt: string;
  /** What its newest record says of itself: RFC 3339; absent when it has none. */
  readonly newest?: string;
  readonly records: number;
  /** Records that break the format and so are about nothing. */
  readonly refused: number;
  /** `false` when reading ended before the source did: what is there is judged by, and what is missing isn't known. */
  readonly isComplete: boolean;
}

/** The advisories that lie on the disk of the machine Freehold runs on. */
export interface AdvisoryIndex {
  /** Sorted by origin. */
  readonly sources: readonly AdvisorySource[];
  /** Whether there is any advisory about this ecosystem: without, nothing can be said of its packages. */
  covers(ecosystem: string): boolean;
  /** All advisories about packages of an ecosystem, by name; names in the ecosystem's normal spelling. */
  about(ecosystem: string, names: readonly string[]): ReadonlyMap<string, readonly AdvisoryHit[]>;
  /** All statements about weaknesses that have any of these names; one question, however many they are. */
  statementsOn(vulnerabilities: readonly string[]): readonly ScopedStatement[];
}
