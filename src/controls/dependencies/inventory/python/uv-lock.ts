import type { ParsedInventory } from '../package.ts';
import { type Entry, toInventory } from './entry.ts';
import { type Table, fieldOf, tableOf, textOf, textsOf } from './fields.ts';
import { type LockedTable, lockedTables } from './locked-tables.ts';
import { normalizedName } from './name.ts';
import { type Report, startReport } from './report.ts';
import { parseToml } from './toml.ts';
import { needsOf } from './uv-needs.ts';
import { type Reach, reachOf } from './uv-reach.ts';
import { originOfSource } from './uv-source.ts';

/** "version" of the file; what a revision adds, older readers can leave out. */
const FORMAT_VERSION = 1;
/** Where a project and the members of its workspace are: their own code, not something that was installed. */
const PROJECT_SOURCES = ['editable', 'virtual'] as const;

/**
 * Reads uv.lock, version 1. What the project and the members of its workspace ask for is direct; what only their dependency
 * groups ask for is for development; they themselves are left out.
 *
 * `LockWire`, `PackageWire`, `DependencyWire` and `SourceWire` of https://github.com/astral-sh/uv,
 * crates/uv-resolver/src/lock/mod.rs.
 */
export function parseUvLock(text: string, path: string): ParsedInventory {
  const report = startReport(path);
  const document = parseToml(text, report);
  if (document === undefined || !isKnown(document, report)) return toInventory([], report);
  // Its name until uv 0.4.
  const list = Object.hasOwn(document, 'distribution') ? 'distribution' : 'package';
  const tables = lockedTables({ document, text, list, report });
  const manifest = tableOf(document, 'manifest');
  const members = new Set(textsOf(manifest, 'members').map(normalizedName));
  const { projects = [], others = [] } = Object.groupBy(tables, (one) =>
    isProject(one, members) ? 'projects' : 'others',
  );
  const reach = reachOf({ projects, others, manifest });
  return toInventory(
    others.map((one): Entry => toEntry(one, { reach, report })),
    report,
  );
}

function isKnown(document: Table, report: Report): boolean {
  const version = fieldOf(document, 'version');
  if (version === FORMAT_VERSION) return true;
  report.say(version === undefined ? 'has no version of its format' : 'has a version of its format that is not known');
  return false;
}

/** Before there was a workspace in the file, the project was the package in the folder of the file. */
function isProject({ table, name }: LockedTable, members: ReadonlySet<string>): boolean {
  const source = tableOf(table, 'source');
  const folder = PROJECT_SOURCES.map((kind) => textOf(source, kind)).find((one) => one !== undefined);
  return folder !== undefined && (folder === '.' || members.has(normalizedName(name)));
}

function toEntry(
  one: LockedTable,
  { reach, report }: { readonly reach: Reach | undefined; readonly report: Report },
): Entry {
  const { table, name, line } = one;
  const version = textOf(table, 'version');
  const origin = originOfSource(tableOf(table, 'source'));
  // A project in a folder may find its version out when it is built.
  if (version === undefined && origin === undefined) report.say('a package has no version', line);
  return {
    name,
    version,
    line,
    isDirect: reach?.direct.has(one),
    isDevelopment: reach === undefined ? undefined : isForDevelopment(one, reach),
    origin,
    needs: needsOf(table),
  };
}

/** Nothing is said about what no project gets. */
function isForDevelopment(one: LockedTable, { forUse, forDevelopment }: Reach): boolean | undefined {
  if (forUse.has(one)) return false;
  return forDevelopment.has(one) ? true : undefined;
}
