import type { Need } from './entry.ts';
import { type Table, fieldOf, textOf } from './fields.ts';
import type { LockedTable } from './locked-tables.ts';
import { normalizedName } from './name.ts';
import { developmentNeedsOf, needsOf, toNeeds } from './uv-needs.ts';

/** Which packages of uv.lock a project gets, and why. */
export interface Reach {
  /** What a project asks for itself. */
  readonly direct: ReadonlySet<LockedTable>;
  /** What is needed to use a project, with any of its extras. */
  readonly forUse: ReadonlySet<LockedTable>;
  /** What its dependency groups bring. */
  readonly forDevelopment: ReadonlySet<LockedTable>;
}

/** Who asks for packages: the projects, and what a file says that belongs to none. */
interface Roots {
  readonly projects: readonly LockedTable[];
  readonly others: readonly LockedTable[];
  readonly manifest: Table;
}

/**
 * Follows the dependencies of the projects and those of the manifest, which a script and a workspace without a project of its
 * own have (`ResolverManifest`); `undefined` where there is nothing to begin with.
 */
export function reachOf({ projects, others, manifest }: Roots): Reach | undefined {
  const all = [...projects, ...others];
  const byName = Map.groupBy(all, ({ name }) => idOf({ name }));
  const byVersion = Map.groupBy(all, ({ name, table }) => idOf({ name, version: textOf(table, 'version') }));
  const forUse = [...toNeeds(fieldOf(manifest, 'requirements')), ...projects.flatMap(({ table }) => needsOf(table))];
  const forDevelopment = [manifest, ...projects.map(({ table }) => table)].flatMap(developmentNeedsOf);
  if (projects.length + forUse.length + forDevelopment.length === 0) return undefined;
  return {
    direct: new Set([...forUse, ...forDevelopment].map(idOf).flatMap(named)),
    forUse: follow(forUse),
    forDevelopment: follow(forDevelopment),
  };

  function named(id: string): readonly LockedTable[] {
    return byVersion.get(id) ?? byName.get(id) ?? [];
  }

  function follow(start: readonly Need[]): ReadonlySet<LockedTable> {
    const ids = new Set(start.map(idOf));
    const reached = new Set<LockedTable>();
    // A set goes on with what is added while it is read.
    for (const id of ids) {
      for (const one of named(id)) {
        if (reached.has(one)) continue;
        reached.add(one);
        for (const need of needsOf(one.table)) ids.add(idOf(need));
      }
    }
    return reached;
  }
}

function idOf({ name, version }: Need): string {
  return version === undefined ? normalizedName(name) : `${normalizedName(name)}==${version}`;
}
