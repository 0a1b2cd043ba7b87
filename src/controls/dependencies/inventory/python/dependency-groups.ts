import { type Table, isTable, listOf, textOf } from './fields.ts';
import { normalizedName } from './name.ts';
import { quoted } from '../printable.ts';
import type { Report } from './report.ts';

const INCLUDE = 'include-group';
/** How many groups one sentence names. */
const NAMED_LIMIT = 5;

/**
 * Says which includes of dependency groups lead nowhere or in a circle.
 *
 * All groups are read anyway, so that nothing has to be put in the place of an include. "Dependency Group Include" of
 * https://packaging.python.org/en/latest/specifications/dependency-groups/ (PEP 735).
 */
export function checkGroupIncludes(groups: Table, report: Report): void {
  const includes = new Map<string, string[]>();
  for (const name of Object.keys(groups)) {
    const group = normalizedName(name);
    const known = includes.get(group);
    if (known !== undefined) report.say(`the dependency group ${quoted(name)} is there twice`);
    const found = known ?? [];
    includes.set(group, found);
    for (const included of includesOf(groups, { name, report })) found.push(included);
  }
  for (const [group, names] of includes) {
    for (const name of names) {
      if (!includes.has(name))
        report.say(`the dependency group ${quoted(group)} includes ${quoted(name)}, which is not there`);
    }
  }
  const circle = groupsInCircles(includes);
  if (circle.length === 0) return;
  const named = circle.slice(0, NAMED_LIMIT).map(quoted).join(', ');
  report.say(
    `dependency groups include each other in a circle: ${named}${circle.length > NAMED_LIMIT ? ' and others' : ''}`,
  );
}

function includesOf(
  groups: Table,
  { name, report }: { readonly name: string; readonly report: Report },
): readonly string[] {
  return listOf(groups, name).flatMap((item): readonly string[] => {
    if (!isTable(item)) return [];
    const included = Object.keys(item).length === 1 ? textOf(item, INCLUDE) : undefined;
    if (included === undefined) report.say(`something in the dependency group ${quoted(name)} is no include`);
    return included === undefined ? [] : [normalizedName(included)];
  });
}

/** Takes away the groups that include nothing any more until there are none: what is left is in a circle or leads to one. */
function groupsInCircles(includes: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const left = new Map(
    [...includes].map(([group, names]) => [group, new Set(names.filter((name) => includes.has(name)))]),
  );
  const pairs = [...left].flatMap(([group, names]) => [...names].map((name) => ({ group, name })));
  const includedBy = Map.groupBy(pairs, ({ name }) => name);
  const done = [...left].filter(([, names]) => names.size === 0).map(([group]) => group);
  // An array goes on with what is added while it is read.
  for (const group of done) {
    left.delete(group);
    for (const other of includedBy.get(group) ?? []) {
      const names = left.get(other.group);
      names?.delete(group);
      if (names?.size === 0) done.push(other.group);
    }
  }
  return [...left.keys()].toSorted();
}
