import type { ParsedInventory } from '../package.ts';
import { type Entry, toInventory } from './entry.ts';
import { type Table, isTable, listOf, tableOf, textOf } from './fields.ts';
import { KeyLines, visitKeys } from '../json-lines.ts';
import { indexOrigin } from './origin.ts';
import { type PlaceKeys, originOfPlace } from './place.ts';
import { quoted } from '../printable.ts';
import { type Report, startReport } from './report.ts';
import { parseSpecifiers, pinnedVersion } from './specifier.ts';
import { TEXT_LIMIT_CHARACTERS } from './toml.ts';

const META = '_meta';
const DEVELOP = 'develop';
const PLACE: PlaceKeys = { revision: ['ref'], address: ['path', 'file'] };

/**
 * Reads Pipfile.lock; it says neither which packages the project itself asks for nor what needs what.
 *
 * https://github.com/pypa/pipenv, pipenv/utils/locking.py; sections other than `default` and `develop` are the categories of
 * https://pipenv.pypa.io/en/latest/pipfile.html.
 */
export function parsePipfileLock(text: string, path: string): ParsedInventory {
  const report = startReport(path);
  const document = parseJson(text, report);
  if (document === undefined) return toInventory([], report);
  const indexes = indexesOf(document);
  const lines = memberLines(text);
  const entries = Object.entries(document).flatMap(([section, packages]): readonly Entry[] => {
    if (section === META) return [];
    if (!isTable(packages)) {
      report.say(`${quoted(section)} is no list of packages`);
      return [];
    }
    return Object.entries(packages).map(([name, value]): Entry => {
      const line = lines.get(keyOf(section, name));
      const table = isTable(value) ? value : {};
      if (!isTable(value)) report.say(`of ${quoted(name)} nothing can be read`, line);
      const isDevelopment = section === DEVELOP;
      return { name, ...versionOf(table), line, isDevelopment, origin: originOfPackage(table, indexes), needs: [] };
    });
  });
  return toInventory(entries, report);
}

function parseJson(text: string, report: Report): Table | undefined {
  if (text.length > TEXT_LIMIT_CHARACTERS) {
    report.say('is too large to be read');
    return undefined;
  }
  try {
    const json: unknown = JSON.parse(text.replace(/^\u{feff}/u, ''));
    if (isTable(json)) return json;
  } catch {
    // Said below: the message of the engine quotes the text.
  }
  report.say('is not a JSON object');
  return undefined;
}

/** `==1.2`; a package from a repository has none. */
function versionOf(table: Table): Pick<Entry, 'version' | 'constraint'> {
  const constraint = textOf(table, 'version');
  if (constraint === undefined) return { version: undefined };
  const version = pinnedVersion(parseSpecifiers(constraint) ?? []);
  return version === undefined ? { version, constraint } : { version };
}

interface Indexes {
  readonly byName: ReadonlyMap<string, string>;
  /** The first one, which is asked where a package names none. */
  readonly main: string | undefined;
}

function indexesOf(document: Table): Indexes {
  const sources = listOf(tableOf(document, META), 'sources').filter(isTable);
  const named = sources.map((source) => [textOf(source, 'name') ?? '', textOf(source, 'url') ?? ''] as const);
  return { byName: new Map(named), main: named[0]?.[1] };
}

function originOfPackage(table: Table, { byName, main }: Indexes): string | undefined {
  const place = originOfPlace(table, PLACE);
  if (place !== undefined) return place;
  const name = textOf(table, 'index');
  const index = name === undefined ? main : (byName.get(name) ?? name);
  return index === undefined || index === '' ? undefined : indexOrigin(index);
}

/** The line of every member of a section, by {@link keyOf}. */
function memberLines(text: string): KeyLines {
  const lines = new KeyLines();
  visitKeys(text, 2, ([section, name], line) => {
    if (section !== undefined && name !== undefined) lines.add(keyOf(section, name), line);
  });
  return lines;
}

function keyOf(section: string, name: string): string {
  return JSON.stringify([section, name]);
}
