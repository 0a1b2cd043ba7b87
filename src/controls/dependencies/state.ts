import type { AdvisoryHit, AdvisorySource } from '../../core/advisory.ts';
import type { InventoryProblem, Package } from './inventory/package.ts';
import type { Vulnerability } from './judgement/vulnerability.ts';
import type { Proposal } from './proposal.ts';

/** One place of a machine where packages are installed or named together. */
export interface Place {
  readonly kind: PlaceKind;
  /** The folder that people know it by, or the file. */
  readonly path: string;
  readonly packages: readonly Package[];
  /** Whose packages these are: their advisories are about them, and those of the ecosystem are not. */
  readonly managedBy?: 'Debian';
  readonly problems: readonly InventoryProblem[];
}

export type PlaceKind = 'python-environment' | 'node-modules' | 'lock-file' | 'requirements' | 'debian' | 'document';

/** What is installed and named on a machine, and all that is published about it. */
export interface DependenciesState {
  /** Sorted by path. */
  readonly places: readonly Place[];
  /** What could not be looked at as a whole. */
  readonly problems: readonly InventoryProblem[];
  readonly knowledge: Knowledge;
  /** What package managers would do about it, where they were asked. */
  readonly proposals?: readonly Proposal[];
}

export type Knowledge =
  | {
      readonly kind: 'advisories';
      readonly sources: readonly AdvisorySource[];
      /** Whole days since each source was read, by origin. */
      readonly agesDays: Readonly<Record<string, number>>;
      /** Ecosystems that no advisory is about. */
      readonly uncovered: ReadonlySet<string>;
      /** By ecosystem and normal name, with a slash between. */
      readonly hits: ReadonlyMap<string, readonly AdvisoryHit[]>;
      /** What suppliers say of these; absent where no source has such documents. */
      readonly vex?: VexKnowledge;
    }
  | { readonly kind: 'none'; readonly reason: string; readonly hint: string };

/** What suppliers say; made where a source has such documents, so that nothing else loads what reads them. */
export interface VexKnowledge {
  /** Gives each weakness of a package of a place what is said of it there. `products`: which product lies below a folder. */
  readonly statementsIn: (
    place: Place,
    products: Readonly<Record<string, string>>,
  ) => (vulnerability: Vulnerability, one: Package) => Vulnerability;
}

/** What packages of a distribution are of. */
export interface Release {
  /** `debian`, `12`: as the machine says. */
  readonly os: string;
  readonly osVersion: string;
}
