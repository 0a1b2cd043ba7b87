import type { ParsedInventory } from '../package.ts';
import { type Entry, type Need, toInventory } from './entry.ts';
import { type Table, isTable, tableOf, textOf, textsOf } from './fields.ts';
import { lockedTables } from './locked-tables.ts';
import { addressOrigin, indexOrigin, repositoryOrigin } from './origin.ts';
import { startReport } from './report.ts';
import { exactVersion } from './poetry-constraint.ts';
import { parseToml } from './toml.ts';

/** The group that is not for development only. */
const MAIN = 'main';

/**
 * Reads poetry.lock, of lock-version 1.0 to 2.1; it does not say which packages the project itself asks for.
 *
 * `Locker._dump_package` of https://github.com/python-poetry/poetry, src/poetry/packages/locker.py.
 */
export function parsePoetryLock(text: string, path: string): ParsedInventory {
  const report = startReport(path);
  const document = parseToml(text, report);
  const tables = document === undefined ? [] : lockedTables({ document, text, list: 'package', report });
  return toInventory(
    tables.map(({ table, name, line }): Entry => {
      const version = textOf(table, 'version');
      if (version === undefined) report.say('a package has no version', line);
      const isDevelopment = isForDevelopment(table);
      return { name, version, line, isDevelopment, origin: originOfSource(table), needs: needsOf(table) };
    }),
    report,
  );
}

/** `groups` since lock-version 2.1, `category` until Poetry 1.4; what lies between says nothing. */
function isForDevelopment(table: Table): boolean | undefined {
  const groups = textsOf(table, 'groups');
  if (groups.length > 0) return !groups.includes(MAIN);
  const category = textOf(table, 'category');
  return category === undefined ? undefined : category !== MAIN;
}

function originOfSource(table: Table): string | undefined {
  const source = tableOf(table, 'source');
  const url = textOf(source, 'url');
  if (url === undefined) return undefined;
  const type = textOf(source, 'type') ?? 'legacy';
  if (type === 'legacy') return indexOrigin(url);
  if (type !== 'git') return addressOrigin(url);
  const revision = textOf(source, 'resolved_reference') ?? textOf(source, 'reference');
  return repositoryOrigin({ system: type, url, revision, subdirectory: textOf(source, 'subdirectory') });
}

/** A dependency is a constraint, a table with one, or a list of those, for several environments. */
function needsOf(table: Table): readonly Need[] {
  return Object.entries(tableOf(table, 'dependencies')).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown): Need => ({ name, version: pinnedBy(one) })),
  );
}

function pinnedBy(value: unknown): string | undefined {
  const constraint = isTable(value) ? textOf(value, 'version') : value;
  return typeof constraint === 'string' ? exactVersion(constraint) : undefined;
}
