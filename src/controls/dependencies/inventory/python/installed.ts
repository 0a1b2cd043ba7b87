import type { Place } from '../../state.ts';
import type { InventoryProblem, Package } from '../package.ts';
import type { InstalledName } from './installed-name.ts';
import type { ParsedMetadata } from './metadata.ts';
import { normalizedName } from './name.ts';
import type { Requirement } from './requirement.ts';

/** What one folder or file of an environment says of one package. */
export interface InstalledPython {
  readonly info: string;
  readonly parsed:
    | Extract<ParsedMetadata, { kind: 'metadata' }>
    /** `named`: what the folder itself is called after. */
    | { readonly kind: 'problem'; readonly problem: InventoryProblem; readonly named?: InstalledName | undefined };
  readonly isRequested: boolean;
  readonly origin?: string;
}

/** Puts the packages of one environment together: which needs which, and which somebody asked for. */
export function pythonPlace(folder: string, installed: readonly InstalledPython[]): Place {
  // Installers from pip 20.3 on leave a mark; where there is none at all, nothing tells.
  const doesTell = installed.some(({ isRequested }) => isRequested);
  const packages = installed.flatMap((one): readonly Package[] => {
    const found = packageOf(one);
    if (found === undefined) return [];
    return [
      {
        ...found,
        ...(doesTell && { isDirect: one.isRequested }),
        ...(one.origin !== undefined && { origin: one.origin }),
      },
    ];
  });
  const keyed = withKeys(withoutCopies(packages));
  return {
    kind: 'python-environment',
    path: folder,
    packages: connected(keyed, installed),
    problems: installed.flatMap(({ parsed }) => (parsed.kind === 'problem' ? [parsed.problem] : parsed.problems)),
  };
}

function connected(packages: readonly Package[], installed: readonly InstalledPython[]): readonly Package[] {
  const needs = new Map<string, readonly Requirement[]>();
  for (const { parsed } of installed) {
    if (parsed.kind === 'metadata' && parsed.requirements.length > 0)
      needs.set(parsed.package.where.path, parsed.requirements);
  }
  if (needs.size === 0) return packages;
  const byName = Map.groupBy(packages, ({ name }) => normalizedName(name));
  return packages.map((one) => {
    const names = (needs.get(one.where.path) ?? []).map(({ name }) => normalizedName(name));
    const requires = names.flatMap((name) => (byName.get(name) ?? []).map(({ key }) => key));
    return { ...one, requires: [...new Set(requires)].filter((key) => key !== one.key).sort() };
  });
}

/** Without metadata the name of the folder tells what it is, and the place still isn't judged as a whole. */
function packageOf({ parsed, info }: InstalledPython): Package | undefined {
  if (parsed.kind === 'metadata') return parsed.package;
  if (parsed.named === undefined) return undefined;
  const { name, version } = parsed.named;
  return { ecosystem: 'PyPI', name, version, key: normalizedName(name), where: { path: info }, requires: [] };
}

/** Debian describes some packages twice, as dist-info and as egg-info. */
function withoutCopies(packages: readonly Package[]): readonly Package[] {
  const known = new Set<string>();
  return packages.filter(({ key, version }) => {
    const name = `${key} ${version ?? ''}`;
    if (known.has(name)) return false;
    known.add(name);
    return true;
  });
}

/** Two versions of one package lie in one folder where an upgrade was cut off: each is judged. */
function withKeys(packages: readonly Package[]): readonly Package[] {
  const counts = Map.groupBy(packages, ({ key }) => key);
  return packages.map((one) =>
    (counts.get(one.key)?.length ?? 0) > 1 ? { ...one, key: `${one.key}==${one.version ?? ''}` } : one,
  );
}
