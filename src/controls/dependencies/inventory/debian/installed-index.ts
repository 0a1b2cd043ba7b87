import { parseRelations, type Relation } from './relations.ts';

/** A package that is there, with what it says of others as it is written. */
export interface InstalledPackage {
  /** `name:architecture`. */
  readonly key: string;
  readonly name: string;
  readonly architecture: string;
  /** Depends and Pre-Depends. */
  readonly needs: readonly string[];
  readonly provides: string;
}

const EVERY_ARCHITECTURE = 'all';
const ANY = 'any';
/** More packages of one name are made up: real ones come in two or three architectures, and few provide the same. */
const CANDIDATE_LIMIT = 50;

/** Finds what of the installed packages meets a dependency. */
export class InstalledIndex {
  readonly #real = new Map<string, InstalledPackage[]>();
  readonly #providers = new Map<string, InstalledPackage[]>();

  constructor(packages: readonly InstalledPackage[]) {
    for (const one of packages) {
      add(this.#real, one.name, one);
      for (const [provided] of parseRelations(one.provides)) {
        if (provided !== undefined) add(this.#providers, provided.name, one);
      }
    }
  }

  /** The keys of all alternatives that are there, sorted. */
  requires(by: InstalledPackage): readonly string[] {
    const found = new Set<string>();
    for (const group of by.needs.flatMap(parseRelations)) {
      for (const relation of group) for (const one of this.#meeting(relation, by)) found.add(one.key);
    }
    found.delete(by.key);
    return [...found].toSorted();
  }

  /** "Virtual packages" of the Debian policy, 7.5: a package of that name comes first, then what provides it. */
  #meeting(relation: Relation, by: InstalledPackage): readonly InstalledPackage[] {
    const candidates = this.#real.get(relation.name) ?? this.#providers.get(relation.name) ?? [];
    const { qualifier } = relation;
    if (qualifier === ANY) return candidates;
    const wanted = qualifier ?? by.architecture;
    if (wanted === EVERY_ARCHITECTURE) return candidates;
    const fitting = candidates.filter(
      ({ architecture }) => architecture === wanted || architecture === EVERY_ARCHITECTURE,
    );
    // Packages that are `Multi-Arch: foreign` serve other architectures too.
    return fitting.length > 0 || qualifier !== undefined ? fitting : candidates;
  }
}

function add(index: Map<string, InstalledPackage[]>, name: string, one: InstalledPackage): void {
  const held = index.get(name);
  if (held === undefined) index.set(name, [one]);
  else if (held.length < CANDIDATE_LIMIT) held.push(one);
}
