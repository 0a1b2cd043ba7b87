import type { ParsedInventory } from '../package.ts';
import { checkGroupIncludes } from './dependency-groups.ts';
import { type Entry, toInventory } from './entry.ts';
import { type Table, fieldOf, isTable, listOf, tableOf } from './fields.ts';
import { addressOrigin } from './origin.ts';
import { poetryEntries } from './poetry-project.ts';
import { quoted } from '../printable.ts';
import { type Report, startReport } from './report.ts';
import { parseRequirement } from './requirement.ts';
import { parseToml } from './toml.ts';

/**
 * Reads what a pyproject.toml asks for: mostly without versions.
 *
 * `project.dependencies` and `project.optional-dependencies` of
 * https://packaging.python.org/en/latest/specifications/pyproject-toml/, `dependency-groups` of
 * https://packaging.python.org/en/latest/specifications/dependency-groups/ (PEP 735), which are for development, and the
 * tables of Poetry.
 */
export function parsePyproject(text: string, path: string): ParsedInventory {
  const report = startReport(path);
  const document = parseToml(text, report);
  if (document === undefined) return toInventory([], report);
  const project = tableOf(document, 'project');
  const groups = tableOf(document, 'dependency-groups');
  checkGroupIncludes(groups, report);
  const entries = [
    ...readList(project, { name: 'dependencies', isDevelopment: false, report }),
    ...readLists(tableOf(project, 'optional-dependencies'), { isDevelopment: false, report }),
    ...readLists(groups, { isDevelopment: true, report }),
  ];
  return toInventory([...entries, ...poetryEntries(tableOf(tableOf(document, 'tool'), 'poetry'), entries)], report);
}

interface Reading {
  readonly isDevelopment: boolean;
  readonly report: Report;
}

function readLists(table: Table, reading: Reading): readonly Entry[] {
  return Object.keys(table).flatMap((name) => readList(table, { ...reading, name }));
}

function readList(
  table: Table,
  { name, isDevelopment, report }: Reading & { readonly name: string },
): readonly Entry[] {
  const value = fieldOf(table, name);
  if (value !== undefined && !Array.isArray(value)) report.say(`${quoted(name)} is no list of requirements`);
  return listOf(table, name).flatMap((item): readonly Entry[] => {
    // What a group includes is read where it stands.
    if (isTable(item)) return [];
    const requirement = typeof item === 'string' ? parseRequirement(item) : undefined;
    if (requirement === undefined) {
      report.say(`${typeof item === 'string' ? quoted(item) : 'something'} in ${quoted(name)} is not a requirement`);
      return [];
    }
    const { version, specifier, url } = requirement;
    return [
      {
        name: requirement.name,
        version,
        constraint: version !== undefined || specifier === '' ? undefined : specifier,
        isDirect: true,
        isDevelopment,
        origin: url === undefined ? undefined : addressOrigin(url),
        needs: [],
      },
    ];
  });
}
