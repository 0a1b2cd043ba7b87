import { type Entry, isOneWord } from './entry.ts';
import { type Table, isTable, tableOf, textOf } from './fields.ts';
import { normalizedName } from './name.ts';
import { exactVersion } from './poetry-constraint.ts';
import { type PlaceKeys, originOfPlace } from './place.ts';

/** A dependency of Poetry that is no package. */
const PYTHON = 'python';
/** https://python-poetry.org/docs/dependency-specification/. */
const PLACE: PlaceKeys = { revision: ['rev', 'tag', 'branch'], address: ['url', 'path'] };

/**
 * What the table `tool.poetry` asks for. Its groups are for development: "Dependency groups, other than the implicit main group,
 * must only contain dependencies you need in your development process."
 *
 * https://python-poetry.org/docs/pyproject/, https://python-poetry.org/docs/managing-dependencies/. What says nothing but where
 * to look for a package that `project.dependencies` names is no further package.
 */
export function poetryEntries(poetry: Table, known: readonly Entry[]): readonly Entry[] {
  const names = new Set(known.map(({ name }) => normalizedName(name)));
  const groups = Object.values(tableOf(poetry, 'group')).filter(isTable);
  const forDevelopment = [
    tableOf(poetry, 'dev-dependencies'),
    ...groups.map((group) => tableOf(group, 'dependencies')),
  ];
  return [
    ...readTable(tableOf(poetry, 'dependencies'), false),
    ...forDevelopment.flatMap((table) => readTable(table, true)),
  ].filter(({ name, version, constraint, origin }) => {
    const saysSomething = [version, constraint, origin].some((one) => one !== undefined);
    return saysSomething || !names.has(normalizedName(name));
  });
}

function readTable(table: Table, isDevelopment: boolean): readonly Entry[] {
  return Object.entries(table).flatMap(([name, value]): readonly Entry[] => {
    if (normalizedName(name) === PYTHON) return [];
    const wanted: readonly unknown[] = Array.isArray(value) ? value : [value];
    return wanted.map((one): Entry => {
      const { version, constraint } = readConstraint(isTable(one) ? textOf(one, 'version') : one);
      const origin = isTable(one) ? originOfPlace(one, PLACE) : undefined;
      return { name, version, constraint, isDirect: true, isDevelopment, origin, needs: [] };
    });
  });
}

function readConstraint(value: unknown): { readonly version?: string; readonly constraint?: string } {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '' || text === '*') return {};
  const version = exactVersion(text);
  if (version !== undefined && isOneWord(version)) return { version };
  return { constraint: text };
}
