import type { Location } from '../../../core/finding.ts';

/** As OSV spells them; of Debian the release is added where advisories are asked for (`Debian:12`). */
export type Ecosystem = 'PyPI' | 'npm' | 'Debian';

/** One package as one place has it: installed there, or named by a lock file. */
export interface Package {
  readonly ecosystem: Ecosystem;
  /** As it is written there. */
  readonly name: string;
  /** As it is written there, whether it is a version or not; `undefined` where none is fixed. */
  readonly version: string | undefined;
  /** What is asked for where no version is fixed: `>=2,<3`. */
  readonly constraint?: string;
  /** When it is asked for, where that is said: `python_version < "3.9"` (PEP 508). */
  readonly marker?: string;
  /** Tells it from the others of its place: Python's normalised name, a path below node_modules. */
  readonly key: string;
  /** The file that says so; for a text file with the line. */
  readonly where: Location;
  /** Whether somebody asked for it by name, rather than for another that needs it; absent where nothing tells. */
  readonly isDirect?: boolean;
  /** Whether it is for developing and testing only. */
  readonly isDevelopment?: boolean;
  /** The keys of those it needs, sorted; only ones that are in the same place. */
  readonly requires: readonly string[];
  /** Where it comes from, if not from the ecosystem's own registry: advisories about its name may not be about it. */
  readonly origin?: string;
  /** What advisories know it as, where that is another name and version: the source package of Debian's. */
  readonly source?: { readonly name: string; readonly version: string };
  /** `amd64`, `all`: of a package that is built for one. */
  readonly architecture?: string;
  /** The release of a distribution that it is of, as OSV spells it (`Debian:12`), where that need not be the machine's. */
  readonly release?: string;
}

/** What could not be read or makes no sense: the rest is judged all the same. */
export interface InventoryProblem {
  readonly where: Location;
  /** One sentence for a person, without the path. */
  readonly message: string;
}

/** What one file says. */
export interface ParsedInventory {
  readonly packages: readonly Package[];
  readonly problems: readonly InventoryProblem[];
}
