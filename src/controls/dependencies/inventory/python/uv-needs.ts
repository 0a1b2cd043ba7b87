import type { Need } from './entry.ts';
import { type Table, isTable, listOf, tableOf, textOf } from './fields.ts';

/** What a package of uv.lock needs, with what its extras need: the file has only the extras that somebody asked for. */
export function needsOf(table: Table): readonly Need[] {
  const extras = Object.values(tableOf(table, 'optional-dependencies'));
  return [listOf(table, 'dependencies'), ...extras].flatMap(toNeeds);
}

/** What the dependency groups of a project ask for; uv reads both names. */
export function developmentNeedsOf(table: Table): readonly Need[] {
  const groups = ['dev-dependencies', 'dependency-groups'].map((name) => tableOf(table, name));
  return groups.flatMap((group) => Object.values(group)).flatMap(toNeeds);
}

/** `PackageIdForDependency`: with a version where several are locked. */
export function toNeeds(list: unknown): readonly Need[] {
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.flatMap((item): readonly Need[] => {
    const name = isTable(item) ? textOf(item, 'name') : undefined;
    return isTable(item) && name !== undefined ? [{ name, version: textOf(item, 'version') }] : [];
  });
}
