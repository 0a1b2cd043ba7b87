import { type Table, isTable, listOf, textOf } from './fields.ts';
import type { Report } from './report.ts';
import { headerLines } from './toml.ts';

/** One `[[package]]` of a lock file. */
export interface LockedTable {
  readonly table: Table;
  readonly name: string;
  readonly line: number | undefined;
}

interface Where {
  readonly document: Table;
  /** What the document was read from. */
  readonly text: string;
  /** The name of the list: `package`. */
  readonly list: string;
  readonly report: Report;
}

/** The packages of a lock file in TOML, in their order; what has no name is said. */
export function lockedTables({ document, text, list, report }: Where): readonly LockedTable[] {
  const items = listOf(document, list);
  if (Object.hasOwn(document, list) && items.length === 0) report.say(`"${list}" is no list of packages`);
  const lines = headerLines(text, list, items.length);
  return items.flatMap((table, index): readonly LockedTable[] => {
    const line = lines?.[index];
    const name = isTable(table) ? textOf(table, 'name') : undefined;
    if (!isTable(table) || name === undefined) {
      report.say(`package ${index + 1} has no name`, line);
      return [];
    }
    return [{ table, name, line }];
  });
}
