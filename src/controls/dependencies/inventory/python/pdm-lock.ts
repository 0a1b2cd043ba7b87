import type { ParsedInventory } from '../package.ts';
import { type Entry, type Need, toInventory } from './entry.ts';
import { textOf, textsOf } from './fields.ts';
import { lockedTables } from './locked-tables.ts';
import { type PlaceKeys, originOfPlace } from './place.ts';
import { quoted } from '../printable.ts';
import { startReport } from './report.ts';
import { parseRequirement } from './requirement.ts';
import { parseToml } from './toml.ts';

const PLACE: PlaceKeys = { revision: ['revision', 'ref'], address: ['url', 'path'] };
const MAIN = 'default';

/**
 * Reads pdm.lock, lock_version 4.x.
 *
 * It names groups, but not which of them are for development and which are extras: only what is in the default group is
 * known not to be for development. `Candidate.as_lockfile_entry` of https://github.com/pdm-project/pdm,
 * src/pdm/models/candidates.py, and src/pdm/project/lockfile/pdmlock.py.
 */
export function parsePdmLock(text: string, path: string): ParsedInventory {
  const report = startReport(path);
  const document = parseToml(text, report);
  const tables = document === undefined ? [] : lockedTables({ document, text, list: 'package', report });
  return toInventory(
    tables.map(({ table, name, line }): Entry => {
      const version = textOf(table, 'version');
      if (version === undefined) report.say('a package has no version', line);
      const isDevelopment = textsOf(table, 'groups').includes(MAIN) ? false : undefined;
      const needs = textsOf(table, 'dependencies').flatMap((dependency): readonly Need[] => {
        const requirement = parseRequirement(dependency);
        if (requirement === undefined) report.say(`${quoted(dependency)} is not a requirement`, line);
        return requirement === undefined ? [] : [requirement];
      });
      return { name, version, line, isDevelopment, origin: originOfPlace(table, PLACE), needs };
    }),
    report,
  );
}
