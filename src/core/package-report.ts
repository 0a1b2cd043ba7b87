/** What is known against one installed package: for programs that ask for packages rather than for findings. */
export interface PackageReport {
  /** As OSV spells it: `PyPI`. */
  readonly ecosystem: string;
  /** As its ecosystem compares names. */
  readonly name: string;
  readonly version: string | undefined;
  /** The environment or file that it was found in. */
  readonly place: string;
  /** Why nothing can be said about it. */
  readonly skipped?: string;
  readonly vulnerabilities: readonly PackageVulnerability[];
}

/** One advisory that is about the version; several may be about one weakness, and share a name. */
export interface PackageVulnerability {
  readonly id: string;
  /** Sorted. */
  readonly aliases: readonly string[];
  readonly description: string;
  /** Every version that it calls fixed, oldest first. */
  readonly fixVersions: readonly string[];
}
