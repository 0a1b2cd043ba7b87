import type { InventoryProblem, Package, ParsedInventory } from '../package.ts';
import { entriesOf, field, isObject } from './fields.ts';
import { badName, byText, isPackageName, plainText, problemAt } from './npm-text.ts';
import { originOf, withoutSecrets } from './origin.ts';
import { findEdges, type PnpmEdges } from './pnpm-edges.ts';
import { parseDependencyPath, withoutSuffix } from './pnpm-path.ts';
import { mainDocument } from './pnpm-document.ts';
import { blockKeyLines, isMapOrAbsent, readYamlMap } from './yaml-document.ts';

const PACKAGES = 'packages';
/** Since version 9 what a package needs stands apart from what it is. */
const SNAPSHOTS = 'snapshots';
const OLDEST_MAJOR = 5;
const SNAPSHOTS_SINCE_MAJOR = 9;

/**
 * Reads pnpm-lock.yaml, lockfileVersion 5, 6 and 9. Sources: pnpm's specification, lockfile/5.md, 6.0.md and 9.0.md;
 * lockfileFormatConverters.ts of @pnpm/lockfile.fs.
 */
export function parsePnpmLock(whole: string, path: string): ParsedInventory {
  const { text, linesBefore } = mainDocument(whole);
  const document = readYamlMap(text, path, linesBefore);
  if (document.kind === 'problem') return { packages: [], problems: [document.problem] };
  const { value } = document;
  const problems: InventoryProblem[] = [];
  const major = Number.parseInt(plainText(field(value, 'lockfileVersion')) ?? '', 10);
  if (!(major >= OLDEST_MAJOR)) {
    problems.push(problemAt(path, undefined, 'The lockfileVersion is none that is known; it is read like version 9.'));
  }
  for (const section of ['importers', PACKAGES, SNAPSHOTS]) {
    if (isMapOrAbsent(field(value, section))) continue;
    problems.push(problemAt(path, undefined, `The value of ${section} is no map.`));
  }
  const hasSnapshots = isObject(field(value, SNAPSHOTS));
  const section = hasSnapshots ? SNAPSHOTS : PACKAGES;
  const entries = new Map(entriesOf(field(value, section)));
  const edges = findEdges(value, entries, !hasSnapshots && major < SNAPSHOTS_SINCE_MAJOR);
  const lines = blockKeyLines(text, section, linesBefore);
  const packages: Package[] = [];
  for (const [key, entry] of entries) {
    const line = lines.get(key);
    const about = hasSnapshots ? field(field(value, PACKAGES), withoutSuffix(key)) : entry;
    const one = toPackage(key, about, edges);
    if (typeof one === 'string') problems.push(problemAt(path, line, one));
    else packages.push({ ...one, where: line === undefined ? { path } : { path, line } });
  }
  return { packages: withoutMissing(packages), problems };
}

/** A sentence where it makes none. */
function toPackage(key: string, about: unknown, edges: PnpmEdges): Omit<Package, 'where'> | string {
  const said = parseDependencyPath(key);
  const name = said.name ?? plainText(field(about, 'name'));
  if (name === undefined || !isPackageName(name) || plainText(key) === undefined) return badName(name ?? key);
  const origin = originFrom(field(about, 'resolution'), name) ?? said.origin;
  return {
    ecosystem: 'npm',
    name,
    version: said.version ?? plainText(field(about, 'version')),
    key,
    isDirect: edges.direct.has(key),
    isDevelopment: edges.development.has(key),
    requires: edges.requires.get(key) ?? [],
    ...(origin === undefined ? {} : { origin: withoutSecrets(origin) }),
  };
}

function originFrom(resolution: unknown, name: string): string | undefined {
  const repository = plainText(field(resolution, 'repo'));
  const commit = plainText(field(resolution, 'commit'));
  if (repository !== undefined) return `git+${repository}${commit === undefined ? '' : `#${commit}`}`;
  const directory = plainText(field(resolution, 'directory'));
  return directory === undefined ? originOf(plainText(field(resolution, 'tarball')), name) : `file:${directory}`;
}

/** Sorted, and without needing what has been left out. */
function withoutMissing(packages: readonly Package[]): readonly Package[] {
  const keys = new Set(packages.map(({ key }) => key));
  return packages
    .map((one) =>
      one.requires.every((key) => keys.has(key))
        ? one
        : { ...one, requires: one.requires.filter((key) => keys.has(key)) },
    )
    .toSorted((a, b) => byText(a.key, b.key));
}
