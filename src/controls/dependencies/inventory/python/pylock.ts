import type { ParsedInventory } from '../package.ts';
import { type Entry, type Need, toInventory } from './entry.ts';
import { type Table, isTable, listOf, tableOf, textOf, textsOf } from './fields.ts';
import { lockedTables } from './locked-tables.ts';
import { type MarkerEnvironment, markerHolds } from './marker.ts';
import { addressOrigin, indexOrigin, repositoryOrigin } from './origin.ts';
import { quoted } from '../printable.ts';
import { startReport } from './report.ts';
import { parseToml } from './toml.ts';

/** Others "MUST raise an error". */
const MAJOR_VERSION = '1';

/**
 * Reads pylock.toml, lock-version 1.x; it does not say which packages the project itself asks for.
 *
 * https://packaging.python.org/en/latest/specifications/pylock-toml/ (PEP 751).
 */
export function parsePylock(text: string, path: string): ParsedInventory {
  const report = startReport(path);
  const document = parseToml(text, report);
  if (document === undefined) return toInventory([], report);
  const lockVersion = textOf(document, 'lock-version');
  if (lockVersion?.split('.', 1)[0] !== MAJOR_VERSION) {
    report.say(lockVersion === undefined ? 'has no lock-version' : `lock-version ${quoted(lockVersion)} is not known`);
    return toInventory([], report);
  }
  const environment = withoutGroups(document);
  return toInventory(
    lockedTables({ document, text, list: 'packages', report }).map(({ table, name, line }): Entry => {
      const version = textOf(table, 'version');
      const marker = textOf(table, 'marker');
      const isDevelopment = marker !== undefined && markerHolds(marker, environment) === false;
      return { name, version, line, isDevelopment, origin: originOfPackage(table), needs: needsOf(table) };
    }),
    report,
  );
}

/** What is not installed even with every extra, unless a group is asked for, is for development (PEP 735). */
function withoutGroups(document: Table): MarkerEnvironment {
  return { extras: textsOf(document, 'extras'), dependency_groups: textsOf(document, 'default-groups') };
}

/** At most one of these is there; the files of an index are named with it. */
function originOfPackage(table: Table): string | undefined {
  const repository = tableOf(table, 'vcs');
  const system = textOf(repository, 'type');
  if (system !== undefined) {
    const url = textOf(repository, 'url') ?? textOf(repository, 'path') ?? '';
    const revision = textOf(repository, 'commit-id') ?? textOf(repository, 'requested-revision');
    return repositoryOrigin({ system, url, revision, subdirectory: textOf(repository, 'subdirectory') });
  }
  const archive = tableOf(table, 'archive');
  const address = textOf(tableOf(table, 'directory'), 'path') ?? textOf(archive, 'url') ?? textOf(archive, 'path');
  if (address !== undefined) return addressOrigin(address);
  const index = textOf(table, 'index');
  return index === undefined ? undefined : indexOrigin(index);
}

/** As much of each as tells it from the others. */
function needsOf(table: Table): readonly Need[] {
  return listOf(table, 'dependencies').flatMap((need): readonly Need[] => {
    const name = isTable(need) ? textOf(need, 'name') : undefined;
    return isTable(need) && name !== undefined ? [{ name, version: textOf(need, 'version') }] : [];
  });
}
