import type { Package } from '../../controls/dependencies/inventory/package.ts';
import { normalizedName } from '../../controls/dependencies/inventory/python/name.ts';
import { isVersion } from '../../controls/dependencies/judgement/ecosystem.ts';
import type { Want } from '../../controls/dependencies/proposal.ts';

/** How much pip may change. */
export interface Freedom {
  /** `exact`: the least version that is not affected; `least`: that one or a newer one. */
  readonly wanted: 'exact' | 'least';
  /** Whether what needs a wanted package, directly or not, may become newer too. */
  readonly dependents: 'stay' | 'may-move';
}

/** From the smallest change on. */
export const FREEDOMS: readonly Freedom[] = [
  { wanted: 'exact', dependents: 'stay' },
  { wanted: 'exact', dependents: 'may-move' },
  { wanted: 'least', dependents: 'stay' },
  { wanted: 'least', dependents: 'may-move' },
];

/**
 * What pip is asked for, as a requirements file: every package that is installed, in its version, but those that must change. So
 * its resolver keeps the requirements of all of them, whoever has asked for what. `bounds` are requirements of the project.
 */
export function wishesFor(
  packages: readonly Package[],
  wants: readonly Want[],
  { freedom, bounds }: { readonly freedom: Freedom; readonly bounds: readonly string[] },
): string {
  const targets = new Map(wants.map((want) => [want.package.key, want.target]));
  const movable = freedom.dependents === 'stay' ? new Set<string>() : dependentsOf(packages, [...targets.keys()]);
  const lines = packages.flatMap(({ key, name, version, marker, origin }) => {
    const target = targets.get(key);
    const when = marker === undefined ? '' : ` ; ${marker}`;
    if (target !== undefined) return [`${name}${freedom.wanted === 'exact' ? '==' : '>='}${target}${when}`];
    if (version === undefined || !isVersion('PyPI', version)) return [];
    // Whatever an index has under its name is another package than one that comes from a folder or a repository.
    const isMovable = movable.has(key) && origin === undefined;
    return [`${name}${isMovable ? `>=${publicPart(version)}` : `==${version}`}${when}`];
  });
  return [...lines, ...bounds].map((line) => `${line}\n`).join('');
}

/** What a file asks for without fixing it, as pip reads it: `flask<3 ; python_version > "3.8"`. */
export function boundsIn(packages: readonly Package[]): readonly string[] {
  return packages.flatMap(({ name, version, constraint = '', marker, origin }) =>
    version === undefined && origin === undefined
      ? [`${name}${constraint}${marker === undefined ? '' : ` ; ${marker}`}`]
      : [],
  );
}

/** "Local version identifiers" of PEP 440 stand with `==` and `!=` only. */
function publicPart(version: string): string {
  return version.replace(/\+.*$/, '');
}

/** Those that need one of some packages, directly or through others. */
function dependentsOf(packages: readonly Package[], keys: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...keys];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    for (const one of packages) {
      if (found.has(one.key) || keys.includes(one.key) || !one.requires.includes(key)) continue;
      found.add(one.key);
      queue.push(one.key);
    }
  }
  return found;
}

/** What pip would install instead of what is there. */
export interface Upgrade {
  readonly name: string;
  /** Absent for what is not there yet. */
  readonly from?: string;
  readonly to: string;
}

/** The environment as it would be, and what changes in it. */
export function afterInstalling(
  packages: readonly Package[],
  installed: readonly { readonly name: string; readonly version: string }[],
): { readonly packages: readonly Package[]; readonly upgrades: readonly Upgrade[] } {
  const byName = new Map(installed.map((one) => [normalizedName(one.name), one]));
  const known = new Set(packages.map(({ name }) => normalizedName(name)));
  const kept = packages.map((one) => {
    const other = byName.get(normalizedName(one.name));
    return other === undefined ? one : { ...one, version: other.version };
  });
  const added = [...byName].filter(([name]) => !known.has(name));
  const upgrades = [...byName].map(([key, { name, version }]) => {
    const from = packages.find((one) => normalizedName(one.name) === key)?.version;
    return { name, ...(from !== undefined && { from }), to: version };
  });
  return {
    packages: [
      ...kept,
      ...added.map(([key, { name, version }]): Package => {
        return { ecosystem: 'PyPI', name, version, key, where: { path: '' }, requires: [] };
      }),
    ],
    upgrades: upgrades.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
